import Model
internal import Yams

/// Reads a file that holds one YAML document, by the core schema of YAML 1.2.
///
/// Refused besides what YAML refuses, each with its line: no document or several; duplicate keys; keys that are no
/// scalars; merge keys (`<<`), which belong to YAML 1.1 and would otherwise silently be keys; tags outside the core
/// schema; infinities and not-a-number, which JSON cannot hold; nesting deeper than `JSONParser.deepest`; aliases that
/// expand to more than ``ObjectKinds/largestContentInBytes``. A byte-order mark and CRLF are fine; a `%YAML 1.1`
/// directive changes nothing.
enum YAMLDocument {
    static func read(_ bytes: [UInt8]) throws(DecodeFault) -> JSONValue {
        var text = try DecodeFault.text(of: bytes)
        guard countOfMarks(in: bytes) <= mostMarks else {
            throw DecodeFault(
                "it has more than \(mostMarks) commas, brackets, dashes and colons that may begin a value, which is too "
                    + "much for YAML; write it as JSON")
        }
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        let standIns = try YAMLStandIns(for: text)
        do {
            let parser = try Parser(yaml: standIns.put(into: text), resolver: .basic, encoding: .utf8)
            guard let root = try parser.singleRoot() else {
                throw DecodeFault("it is empty; a mapping is needed")
            }
            // Nodes refer to their anchors weakly; the parser holds them.
            return try withExtendedLifetime(parser) {
                var reader = YAMLReader(standIns)
                return try reader.read(root)
            }
        } catch let fault as DecodeFault {
            throw fault
        } catch let error as YamlError {
            throw DecodeFault(error, standIns, in: text)
        } catch {
            throw DecodeFault("it is no YAML")
        }
    }

    /// The library takes up to 700 bytes for a value with its key.
    private static let mostMarks = 500_000

    /// At least as many as there are values, but for a value of the whole and for keys.
    private static func countOfMarks(in bytes: [UInt8]) -> Int {
        var count = 0
        var before: UInt8 = 0x0A
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "{"): count += 1
            case UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "?"):
                let isAfterQuote = before == UInt8(ascii: "\"") || before == UInt8(ascii: "'")
                let next = index + 1 < bytes.count ? bytes[index + 1] : 0x0A
                if isAfterQuote || next == 0x20 || next == 0x09 || next == 0x0A || next == 0x0D { count += 1 }
            default: break
            }
            before = byte
        }
        return count
    }
}

extension DecodeFault {
    /// Says what the library says, without the text that it attaches.
    fileprivate init(_ error: YamlError, _ standIns: YAMLStandIns, in text: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            let isTooDeep = problem.hasPrefix("Maximum nesting level")
            self.init(line: mark.line, isTooDeep ? YAMLReader.tooDeep : Self.clause(problem))
        case .composer(_, let problem, let mark, _):
            let isSecond = problem.hasSuffix("another document")
            self.init(line: mark.line, isSecond ? "a second document starts here; one is needed" : Self.clause(problem))
        case .reader(let problem, let offset, _, _):
            let before = text.utf8.prefix(offset ?? 0)
            self.init(
                line: offset == nil ? nil : 1 + before.count { $0 == UInt8(ascii: "\n") }, Self.clause(problem))
        case .duplicatedKeysInMapping(let keys, let context):
            let key = standIns.restored(keys.first ?? "")
            self.init(line: context.mark.line, YAMLReader.duplicate(key))
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            self.init("it is no YAML")
        }
    }

    private static func clause(_ problem: String) -> String {
        "it is no YAML: " + problem.prefix(1).lowercased() + problem.dropFirst()
    }
}
