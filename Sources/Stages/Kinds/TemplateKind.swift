import Model

/// A kind whose content is text: UTF-8 without NUL, kept byte for byte, a byte-order mark and line ends too, so that
/// its digest is the file's. Empty text is content; NetBox fails on it.
protocol TemplateKind: ObjectKind {}

extension TemplateKind {
    var contentKey: String { "template_code" }
    var isMapping: Bool { false }

    func decode(_ bytes: [UInt8], at path: RelativePath) throws(DecodeFault) -> ObjectContent {
        try content(typed: bytes)
    }

    func content(from value: JSONValue) throws(DecodeFault) -> ObjectContent {
        guard case .string(let text) = value else { throw DecodeFault("it must be a string, not \(value.kind)") }
        return try content(typed: Array(text.utf8))
    }

    func content(typed bytes: [UInt8]) throws(DecodeFault) -> ObjectContent {
        _ = try DecodeFault.text(of: bytes)
        if let null = bytes.firstIndex(of: 0) {
            throw DecodeFault(
                line: 1 + bytes[..<null].count { $0 == UInt8(ascii: "\n") }, "it has a NUL, so it is no text")
        }
        return ObjectContent(hashing: bytes)
    }
}
