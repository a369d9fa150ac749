extension StringProtocol {
    /// As one word of a POSIX shell's, quoted as git does: every `'` and `!` stands outside the quotes, escaped.
    ///
    /// Byte for byte, as the shell reads it: a quote that a combining mark follows is one character with it, and no quote
    /// to a search by characters, but it is one to the shell.
    /// - Source: git's quote.c, `sq_quote_buf`.
    var quotedForShell: String {
        var bytes: [UInt8] = [UInt8(ascii: "'")]
        for byte in utf8 {
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "!") {
                bytes += [UInt8(ascii: "'"), UInt8(ascii: "\\"), byte, UInt8(ascii: "'")]
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes + [UInt8(ascii: "'")], as: UTF8.self)
    }
}
