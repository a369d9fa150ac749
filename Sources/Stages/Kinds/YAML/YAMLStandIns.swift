import Model

/// Characters that a YAML text does not have, in the place of those that the YAML library does not bear.
///
/// The library expands aliases while it composes, and hashes every key with all that it holds: aliases nested in a key
/// cost it exponential time. So it never sees one. Each `*name` is handed to it as a plain scalar that starts with
/// ``alias``, where no plain scalar could start with `*`; ``YAMLReader`` follows them. And it drops a byte-order mark at
/// the start of any scalar, where it belongs to the text: it sees ``mark`` for each.
struct YAMLStandIns {
    /// For `*` where it may begin an alias.
    let alias: Unicode.Scalar
    /// For U+FEFF.
    private let mark: Unicode.Scalar

    /// Chooses private-use characters, which mean nothing by themselves.
    ///
    /// - Throws: ``DecodeFault`` when `text` uses nearly all of them, or has an escape that would be lost.
    init(for text: String) throws(DecodeFault) {
        if let line = Self.lineOfEscapedMark(in: Array(text.utf8)) {
            throw DecodeFault(line: line, "a string begins with an escaped byte-order mark; write it as JSON")
        }
        let privateUse: ClosedRange<UInt32> = 0xE000...0xF8FF
        var used: Set<UInt32> = []
        if text.utf8.contains(where: { $0 == 0xEE || $0 == 0xEF }) {
            used = Set(text.unicodeScalars.lazy.map(\.value).filter { privateUse.contains($0) })
        }
        let unused = privateUse.lazy.filter { !used.contains($0) }.compactMap { Unicode.Scalar($0) }.prefix(2)
        guard let first = unused.first, let last = unused.dropFirst().first else {
            throw DecodeFault("it uses every private-use character")
        }
        (alias, mark) = (first, last)
    }

    func put(into text: String) -> String {
        let bytes = Array(text.utf8)
        let (alias, mark) = (Array(String(alias).utf8), Array(String(mark).utf8))
        var hidden: [UInt8] = []
        hidden.reserveCapacity(bytes.count + 64)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0xEF, bytes[index...].starts(with: [0xEF, 0xBB, 0xBF]) {
                hidden += mark
                index += 3
                continue
            }
            index += 1
            if byte == UInt8(ascii: "*"), index < bytes.count, Self.isNameByte(bytes[index]) {
                hidden += alias
            } else {
                hidden.append(byte)
            }
        }
        return String(decoding: hidden, as: UTF8.self)
    }

    func restored(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            scalars.append(scalar == alias ? "*" : scalar == mark ? "\u{FEFF}" : scalar)
        }
        return String(scalars)
    }

    /// Of an alias's name.
    static func isNameByte(_ byte: UInt8) -> Bool {
        byte.isDigit || byte.isLetter || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    /// Where a quote is followed by U+FEFF as an escape, or nil.
    private static func lineOfEscapedMark(in bytes: [UInt8]) -> Int? {
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\"") {
            let escape = bytes[(index + 1)...].prefix(10)
            guard escape.first == UInt8(ascii: "\\") else { continue }
            let text = String(decoding: escape, as: UTF8.self)
            let digits = text.dropFirst(2).lowercased()
            if text.hasPrefix("\\u") && digits.hasPrefix("feff") || text.hasPrefix("\\U") && digits == "0000feff" {
                return 1 + bytes[..<index].count { $0 == UInt8(ascii: "\n") }
            }
        }
        return nil
    }
}
