/// A name from outside, made safe to print on one line of a terminal.
///
/// Printable UTF-8 stays; control characters and bytes that are not UTF-8 become `\xNN`, a backslash becomes `\\`;
/// what is longer than 200 Unicode scalars is cut and ends in `...`.
package struct EscapedName: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// In Unicode scalars of what is escaped.
    private static let longest = 200

    package init(bytes: some Collection<UInt8>) {
        var text = ""
        var rest = Array(bytes)[...]
        var count = 0
        while !rest.isEmpty, count < Self.longest {
            count += 1
            let (scalar, length) = Self.firstScalar(of: rest)
            if let scalar, scalar.value >= 0x20, scalar.value != 0x7F, !(0x80...0x9F).contains(scalar.value) {
                text += scalar == "\\" ? "\\\\" : String(scalar)
            } else {
                for byte in rest.prefix(length) { text += "\\x" + Hexadecimal.text(of: [byte]) }
            }
            rest = rest.dropFirst(length)
        }
        description = rest.isEmpty ? text : text + "..."
    }

    package init(_ string: String) {
        // Mostly there is nothing to escape, and listings make many of these.
        let isPlain =
            string.utf8.count <= Self.longest
            && string.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\\") }
        if isPlain { self.init(stored: string) } else { self.init(bytes: Array(string.utf8)) }
    }

    /// Takes back a name that was escaped when it was stored.
    package init(stored escaped: String) { description = escaped }

    private static func firstScalar(of bytes: ArraySlice<UInt8>) -> (Unicode.Scalar?, Int) {
        var decoder = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        switch decoder.parseScalar(from: &iterator) {
        case .valid(let encoded): return (Unicode.UTF8.decode(encoded), encoded.count)
        case .error(let length): return (nil, max(1, length))
        case .emptyInput: return (nil, 1)
        }
    }
}
