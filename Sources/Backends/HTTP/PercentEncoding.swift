private import Model

/// Percent-encoding, as URLs have it, and AWS's signatures and listings.
///
/// - Source: RFC 3986, 2.1 and 2.3; AWS General Reference, "Create a signed request", `UriEncode()`.
package enum PercentEncoding {
    /// Encodes every byte but the unreserved ones (letters, digits, `-._~`), and `/` where it `keepsSlash`.
    package static func encode(_ bytes: some Sequence<UInt8>, keepsSlash: Bool = false) -> String {
        var encoded: [UInt8] = []
        for byte in bytes {
            if isUnreserved(byte) || keepsSlash && byte == UInt8(ascii: "/") {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Decodes `%NN`, and `+` to a space where `plusIsSpace`; nil when a `%` is not followed by two hexadecimal digits.
    package static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> [UInt8]? {
        var decoded: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(Hexadecimal.value),
                    let low = rest.next().flatMap(Hexadecimal.value)
                else { return nil }
                decoded.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: decoded.append(UInt8(ascii: " "))
            default: decoded.append(byte)
            }
        }
        return decoded
    }

    /// Decodes `%NN`; nil for a broken escape, for NUL, and for what is no UTF-8.
    package static func text(_ text: some StringProtocol) -> String? {
        guard let bytes = decode(text), !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || "-._~".utf8.contains(byte)
    }
}
