/// Numbers and strings.
extension JSONParser {
    mutating func number() throws(Fault) -> String {
        let start = index
        _ = take("-")
        let leading = try digits()
        if leading > 1, bytes[index - leading] == UInt8(ascii: "0") { throw fault("a number starts with a needless 0") }
        if take(".") { _ = try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            _ = try digits()
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func digits() throws(Fault) -> Int {
        let start = index
        while peek?.isDigit ?? false { index += 1 }
        guard index > start else { throw fault("a digit is missing") }
        return index - start
    }

    mutating func string() throws(Fault) -> String {
        index += 1
        var text: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                index += 1
                try appendEscape(to: &text)
            case 0..<0x20:
                throw fault("a control character in a string needs an escape")
            default:
                text.append(byte)
                index += 1
            }
        }
        throw fault("the text ends inside a string")
    }

    private mutating func appendEscape(to text: inout [UInt8]) throws(Fault) {
        if let escaped = peek.flatMap(Self.escaped) {
            text.append(escaped)
            index += 1
            return
        }
        guard take("u") else { throw fault("this escape does not exist") }
        var value = try hexadecimalUnit()
        if (0xD800...0xDBFF).contains(value), take("\\u") {
            let low = try hexadecimalUnit()
            guard (0xDC00...0xDFFF).contains(low) else { throw fault("a surrogate stands alone") }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw fault("a surrogate stands alone") }
        text.append(contentsOf: String(scalar).utf8)
    }

    /// What a letter after a backslash stands for; nil for `u` and for what is no escape.
    private static func escaped(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    private mutating func hexadecimalUnit() throws(Fault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let nibble = Hexadecimal.value(of: byte) else {
                throw fault("four hexadecimal digits are missing")
            }
            value = value << 4 | UInt32(nibble)
            index += 1
        }
        return value
    }
}
