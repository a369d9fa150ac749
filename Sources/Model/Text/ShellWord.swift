/// A text as one word of a command that somebody may copy into a shell.
package struct ShellWord: CustomStringConvertible {
    /// The text itself when every shell takes it for one word, else quoted.
    package let description: String

    package init(_ text: some CustomStringConvertible) {
        let text = text.description
        description = Self.isPlain(text) && !text.hasPrefix("-") ? text : Self.quoted(text)
    }

    /// Whether a text is one word, and nothing more, to every shell.
    package static func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                guard scalar.isASCII else { return scalar.properties.isAlphabetic }
                let byte = UInt8(scalar.value)
                return byte.isLetter || byte.isDigit || "./-_@:+,=%".utf8.contains(byte)
            }
    }

    /// A text in quotes, which POSIX shells undo, and csh, to whom `!` means something even there.
    ///
    /// By bytes: a quote with a combining mark behind it is one character, and still a quote to a shell.
    /// - Source: git's quote.c, `sq_quote_buf`.
    package static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "'")]
        for byte in text.utf8 {
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "!") {
                bytes += [UInt8(ascii: "'"), UInt8(ascii: "\\"), byte, UInt8(ascii: "'")]
            } else {
                bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "'"))
        return String(decoding: bytes, as: UTF8.self)
    }
}
