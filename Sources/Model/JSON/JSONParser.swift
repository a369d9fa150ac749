/// Reads JSON (RFC 8259) strictly and says where it is wrong.
///
/// Refused besides what the grammar refuses: duplicate keys, lone surrogates, text that is not UTF-8, nesting deeper
/// than ``deepest`` levels. A byte-order mark in front is skipped. Linear in the length of the text.
package struct JSONParser {
    package static let deepest = 512

    /// What is wrong with a text, and where: lines and columns (in bytes) count from 1.
    package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        package let line: Int
        package let column: Int
        package let reason: String

        package var description: String { "line \(line), column \(column): \(reason)" }
    }

    let bytes: [UInt8]
    var index = 0
    private var depth = 0
    private var path = ""
    /// The line of each value by its path, such as `data_sources[2].name`; filled only where asked for.
    private var lines: [String: Int]?
    /// A longer path than this is no place that a person could be told of, and a text may hold more paths than bytes
    /// of them would fit into any memory.
    private static let longestPath = 1_000
    /// Nor could a person be told of all these.
    private static let mostLines = 1_000_000
    /// How far lines have been counted, and the line there: values come in order, so each byte is looked at once.
    private var countedIndex = 0
    private var countedLines = 1

    private init(_ bytes: [UInt8], recordsLines: Bool) {
        self.bytes = bytes
        lines = recordsLines ? [:] : nil
    }

    /// Reads one value that takes up the whole text.
    package static func parse(_ text: some Collection<UInt8>) throws(Fault) -> JSONValue {
        var parser = JSONParser(Array(text), recordsLines: false)
        return try parser.document()
    }

    /// Reads one value, and tells the line of every value in it by path: of the first million of those whose path is
    /// shorter than 1,000 bytes.
    package static func parseWithLines(
        _ text: some Collection<UInt8>
    ) throws(Fault) -> (value: JSONValue, lines: [String: Int]) {
        var parser = JSONParser(Array(text), recordsLines: true)
        let value = try parser.document()
        return (value, parser.lines ?? [:])
    }

    private mutating func document() throws(Fault) -> JSONValue {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw fault("the text is not UTF-8") }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
        let value = try value()
        skipSpace()
        guard index == bytes.count else { throw fault("there is more text after the value") }
        return value
    }

    private mutating func value() throws(Fault) -> JSONValue {
        skipSpace()
        if lines != nil {
            countedLines += bytes[countedIndex..<index].count { $0 == UInt8(ascii: "\n") }
            countedIndex = index
            if path.utf8.count < Self.longestPath, lines.map({ $0.count < Self.mostLines }) == true {
                lines?[path] = countedLines
            }
        }
        switch peek {
        case UInt8(ascii: "{"): return try nested { parser throws(Fault) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(Fault) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t") where take("true"): return .bool(true)
        case UInt8(ascii: "f") where take("false"): return .bool(false)
        case UInt8(ascii: "n") where take("null"): return .null
        case nil: throw fault("the text ends where a value should be")
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return .number(try number())
        default: throw fault("there is no value here")
        }
    }

    private mutating func nested(_ read: (inout JSONParser) throws(Fault) -> JSONValue) throws(Fault) -> JSONValue {
        depth += 1
        guard depth <= Self.deepest else { throw fault("nested deeper than \(Self.deepest) levels") }
        defer { depth -= 1 }
        index += 1
        return try read(&self)
    }

    private mutating func object() throws(Fault) -> JSONValue {
        var members: [String: JSONValue] = [:]
        let outer = path
        defer { path = outer }
        skipSpace()
        if take("}") { return .object(members) }
        repeat {
            skipSpace()
            let start = index
            guard peek == UInt8(ascii: "\"") else { throw fault("a key in quotes is missing") }
            let key = try string()
            skipSpace()
            guard take(":") else { throw fault("\":\" is missing after the key \"\(EscapedName(key))\"") }
            if lines != nil { path = outer.isEmpty ? key : Self.path(outer, ".\(key)") }
            if members.updateValue(try value(), forKey: key) != nil {
                index = start
                throw fault("the key \"\(EscapedName(key))\" is there twice")
            }
            skipSpace()
        } while take(",")
        guard take("}") else { throw fault("\",\" or \"}\" is missing") }
        return .object(members)
    }

    /// Stays too long once it is.
    private static func path(_ outer: String, _ end: String) -> String {
        outer.utf8.count < longestPath ? outer + end : outer
    }

    private mutating func array() throws(Fault) -> JSONValue {
        var values: [JSONValue] = []
        let outer = path
        defer { path = outer }
        skipSpace()
        if take("]") { return .array(values) }
        repeat {
            if lines != nil { path = Self.path(outer, "[\(values.count)]") }
            values.append(try value())
            skipSpace()
        } while take(",")
        guard take("]") else { throw fault("\",\" or \"]\" is missing") }
        return .array(values)
    }
}

extension JSONParser {
    var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private var position: (line: Int, column: Int) {
        let before = bytes[..<min(index, bytes.count)]
        let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return (line, before.endIndex - lineStart + 1)
    }

    func fault(_ reason: String) -> Fault {
        let (line, column) = position
        return Fault(line: line, column: column, reason: reason)
    }

    mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    mutating func take(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard index + length <= bytes.count else { return false }
        for offset in 0..<length where bytes[index + offset] != word.utf8Start[offset] { return false }
        index += length
        return true
    }
}
