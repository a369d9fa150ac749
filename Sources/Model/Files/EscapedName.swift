/// A name from outside, made safe to print on one line of a terminal.
///
/// Printable UTF-8 stays; characters that cannot be seen and bytes that are not UTF-8 become `\xNN`, a backslash becomes
/// `\\`; what is longer than 200 Unicode scalars is cut and ends in `...`.
package struct EscapedName: ExactText, Sendable {
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
            if let scalar, !scalar.isUnseen {
                text += scalar == "\\" ? "\\\\" : String(scalar)
            } else {
                text += Self.escape(rest.prefix(length))
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

    /// `text` with `\xNN` for what cannot be seen in it but line ends and tabs; nothing else changes. Not to be taken
    /// back: a backslash stays as it is.
    ///
    /// - Parameter kept: stays too.
    package static func unseen(in text: String, but kept: Unicode.Scalar? = nil) -> String {
        // Mostly there is nothing to escape, and this is asked of all that is printed.
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == UInt8(ascii: "\n") }) { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.isUnseen, scalar != "\n", scalar != "\t", scalar != kept {
                shown += escape(Array(String(scalar).utf8)).unicodeScalars
            } else {
                shown.append(scalar)
            }
        }
        return String(shown)
    }

    private static func escape(_ bytes: some Collection<UInt8>) -> String {
        bytes.map { "\\x" + Hexadecimal.text(of: [$0]) }.joined()
    }

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

extension Unicode.Scalar {
    /// Whether it shows as nothing, or changes how what stands around it is shown, so that two texts that differ look
    /// alike: controls, marks that turn the direction of writing, what has no width, tags, line and paragraph ends.
    ///
    /// - Source: Unicode Standard Annex 44 (general categories, Default_Ignorable_Code_Point) and Technical Report 36,
    ///   "Unicode Security Considerations".
    package var isUnseen: Bool {
        if isASCII { return value < 0x20 || value == 0x7F }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        default: return properties.isDefaultIgnorableCodePoint
        }
    }
}
