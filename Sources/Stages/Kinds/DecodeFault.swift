import Model

/// Why content is none for a kind of object. Never holds more of the content than a key or a word.
package struct DecodeFault: Error, Hashable, Sendable {
    /// From 1; nil when the fault has no place.
    package let line: Int?
    /// One clause in lower case.
    package let reason: String

    package init(line: Int? = nil, _ reason: String) {
        self.line = line
        self.reason = reason
    }

    package static func tooLarge(_ bytes: Int64) -> DecodeFault {
        DecodeFault(
            "it has \(ByteSize.text(bytes)), and no object takes more than "
                + ByteSize.text(ObjectKinds.largestContentInBytes))
    }
}

extension DecodeFault: CustomStringConvertible {
    package var description: String { line.map { "line \($0): \(reason)" } ?? reason }
}

extension DecodeFault {
    /// Refuses what is too large for any kind, and gives the text of what is UTF-8.
    static func text(of bytes: [UInt8]) throws(DecodeFault) -> String {
        guard Int64(bytes.count) <= ObjectKinds.largestContentInBytes else { throw tooLarge(Int64(bytes.count)) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DecodeFault(line: lineOfFirstFault(in: bytes), "it is not UTF-8")
        }
        return text
    }

    private static func lineOfFirstFault(in bytes: [UInt8]) -> Int {
        var line = 1
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        while case .valid(let scalar) = parser.parseScalar(from: &iterator) {
            if scalar.first == UInt8(ascii: "\n") { line += 1 }
        }
        return line
    }
}
