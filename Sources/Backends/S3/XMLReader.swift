internal import Model

/// Reads a small XML document in UTF-8 strictly, and hands its elements over as they end.
///
/// Ours, because Foundation's parser ends the process at a processing instruction without data and at some broken
/// attributes, which any server could send. Refused besides what the grammar refuses: document type declarations, and
/// with them entities of the sender's making; other encodings; nesting deeper than ``deepest`` levels. Attributes are
/// checked and dropped, namespaces are part of the names. Linear in the length of the text.
/// - Source: XML 1.0, fifth edition.
struct XMLReader {
    static let deepest = 16

    private struct Malformed: Error {}

    private let bytes: [UInt8]
    private var index = 0
    private var path: [String] = []
    private var texts: [[UInt8]] = []
    private var root: String?

    /// Calls `visit` with the path and the text of each element, children before parents.
    ///
    /// - Returns: the name of the outermost element, or nil when this is no well-formed XML to its very end.
    static func read(_ body: [UInt8], _ visit: (_ path: [String], _ text: String) -> Void) -> String? {
        guard String(validating: body, as: UTF8.self) != nil, body.allSatisfy(isCharacter) else { return nil }
        var reader = XMLReader(body)
        // Where it is wrong helps nobody who cannot see it.
        guard (try? reader.document(visit)) != nil, reader.path.isEmpty else { return nil }
        return reader.root
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    private mutating func document(_ visit: ([String], String) -> Void) throws(Malformed) {
        _ = take("\u{FEFF}")
        if take("<?xml"), peek.map(Self.isSpace) == true { try checkEncoding(in: through("?>")) }
        while let byte = peek {
            guard byte == UInt8(ascii: "<") else {
                try characters()
                continue
            }
            if take("<!--") {
                _ = try through("-->")
            } else if take("<![CDATA[") {
                guard !path.isEmpty else { throw Malformed() }
                texts[texts.count - 1] += try through("]]>")
            } else if take("<?") {
                _ = try name()
                _ = try through("?>")
            } else if take("</") {
                try end(visit)
            } else if take("<!") {
                throw Malformed()
            } else {
                try start(visit)
            }
        }
    }

    private func checkEncoding(in declaration: ArraySlice<UInt8>) throws(Malformed) {
        let text = String(decoding: declaration, as: UTF8.self).lowercased()
        guard let mark = text.firstRange(of: "encoding") else { return }
        let name = text[mark.upperBound...].drop { "= \t\r\n".contains($0) }.dropFirst()
        guard name.hasPrefix("utf-8") || name.hasPrefix("us-ascii") else { throw Malformed() }
    }

    private mutating func start(_ visit: ([String], String) -> Void) throws(Malformed) {
        index += 1
        guard path.count < Self.deepest, !path.isEmpty || root == nil else { throw Malformed() }
        let name = try name()
        root = root ?? name
        path.append(name)
        texts.append([])
        var attributes: Set<String> = []
        while true {
            let isApart = skipSpace()
            if take(">") { return }
            if take("/>") { return close(visit) }
            guard isApart, attributes.insert(try self.name()).inserted else { throw Malformed() }
            try attributeValue()
        }
    }

    private mutating func attributeValue() throws(Malformed) {
        skipSpace()
        guard take("=") else { throw Malformed() }
        skipSpace()
        guard let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw Malformed() }
        index += 1
        while let byte = peek, byte != quote {
            if byte == UInt8(ascii: "<") { throw Malformed() }
            _ = try character()
        }
        guard peek == quote else { throw Malformed() }
        index += 1
    }

    private mutating func end(_ visit: ([String], String) -> Void) throws(Malformed) {
        guard try name() == path.last else { throw Malformed() }
        skipSpace()
        guard take(">") else { throw Malformed() }
        close(visit)
    }

    private mutating func close(_ visit: ([String], String) -> Void) {
        guard let text = texts.popLast() else { return }
        visit(path, String(decoding: text, as: UTF8.self))
        path.removeLast()
    }

    /// Text up to the next element or the like; between elements that are outermost, only space.
    private mutating func characters() throws(Malformed) {
        while let byte = peek, byte != UInt8(ascii: "<") {
            if path.isEmpty {
                guard Self.isSpace(byte) else { throw Malformed() }
                index += 1
            } else if byte == UInt8(ascii: "&") || byte == UInt8(ascii: "\r") {
                texts[texts.count - 1] += try character()
            } else {
                if take("]]>") { throw Malformed() }
                let start = index
                repeat { index += 1 } while peek.map(Self.isPlain) == true
                texts[texts.count - 1] += bytes[start..<index]
            }
        }
    }

    /// Whether a byte within a text is nothing but itself.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "<"), UInt8(ascii: "&"), UInt8(ascii: "]"), UInt8(ascii: "\r"): false
        default: true
        }
    }

    /// One byte, or what a reference stands for. Ends of lines become line feeds.
    private mutating func character() throws(Malformed) -> [UInt8] {
        if take("\r\n") || take("\r") { return [UInt8(ascii: "\n")] }
        guard take("&") else {
            defer { index += 1 }
            return [bytes[index]]
        }
        let reference = String(decoding: try through(";", within: 16), as: UTF8.self)
        switch reference {
        case "lt": return [UInt8(ascii: "<")]
        case "gt": return [UInt8(ascii: ">")]
        case "amp": return [UInt8(ascii: "&")]
        case "quot": return [UInt8(ascii: "\"")]
        case "apos": return [UInt8(ascii: "'")]
        default: break
        }
        let isHexadecimal = reference.hasPrefix("#x")
        let digits = reference.dropFirst(isHexadecimal ? 2 : 1)
        guard reference.hasPrefix("#"), digits.first?.isHexDigit == true,
            let value = UInt32(digits, radix: isHexadecimal ? 16 : 10), let scalar = Unicode.Scalar(value),
            value >= 0x80 || Self.isCharacter(UInt8(value)), value != 0xFFFE, value != 0xFFFF
        else { throw Malformed() }
        return Array(String(scalar).utf8)
    }
}

/// The smallest parts.
extension XMLReader {
    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func take(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard index + length <= bytes.count else { return false }
        for offset in 0..<length where bytes[index + offset] != word.utf8Start[offset] { return false }
        index += length
        return true
    }

    /// What stands before `mark`, which is taken too.
    private mutating func through(
        _ mark: StaticString, within longest: Int = .max
    ) throws(Malformed) -> ArraySlice<UInt8> {
        let start = index
        while index < bytes.count, index - start < longest {
            if take(mark) { return bytes[start..<(index - mark.utf8CodeUnitCount)] }
            index += 1
        }
        throw Malformed()
    }

    @discardableResult
    private mutating func skipSpace() -> Bool {
        let start = index
        while let byte = peek, Self.isSpace(byte) { index += 1 }
        return index > start
    }

    /// Of the characters beyond ASCII all are let into names, where the grammar has some exceptions.
    private mutating func name() throws(Malformed) -> String {
        let start = index
        while let byte = peek, Self.isNameByte(byte) { index += 1 }
        guard start < index, !Self.continuesNamesOnly(bytes[start]) else { throw Malformed() }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte.isLetter || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":") || byte >= 0x80
            || continuesNamesOnly(byte)
    }

    private static func continuesNamesOnly(_ byte: UInt8) -> Bool {
        byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    private static func isCharacter(_ byte: UInt8) -> Bool { byte >= 0x20 || isSpace(byte) }
}
