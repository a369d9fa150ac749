/// `.sluiceignore`: ignore rules that lie in the tree they are about, at the root of a data source.
///
/// One rule a line, matched as ``IgnoreRules`` are; blank lines and lines that begin with `#` say nothing. It only
/// leaves out: its `!` takes back its own earlier lines alone, never what the dot rule or the source's rules leave out.
/// What it leaves out, the source's own rules can take back, for they come after it.
package struct IgnoreFile: Sendable, Equatable {
    package static let path = RelativePath(stored: ".sluiceignore")
    package static let longestInBytes = 64 << 10
    /// Each is compared with each file: this keeps a listing of 100,000 files to some seconds.
    package static let mostRules = 1_000

    let rules: IgnoreRules

    /// Reads the file's content.
    ///
    /// - Throws: ``Fault`` when it cannot be taken as a whole: rules that were lost would let in what they leave out.
    package init(_ content: [UInt8]) throws(Fault) {
        guard content.count <= Self.longestInBytes else { throw .tooLong(Int64(content.count)) }
        guard let text = String(validating: content, as: UTF8.self) else { throw .notUTF8 }
        // Some editors put a byte order mark in front.
        let lines = text.unicodeScalars.first == "\u{FEFF}" ? Substring(text.unicodeScalars.dropFirst()) : text[...]
        let said = lines.split(whereSeparator: \.isNewline).filter { line in
            line.utf8.first != UInt8(ascii: "#") && !line.allSatisfy(\.isWhitespace)
        }
        guard said.count <= Self.mostRules else { throw .tooManyRules(said.count) }
        rules = IgnoreRules(said.joined(separator: "\n"))
    }

    /// Why there is a `.sluiceignore` that cannot be used.
    package enum Fault: Error, Equatable {
        /// In bytes; nil when nobody knows how much too long.
        case tooLong(Int64?)
        case notUTF8
        case tooManyRules(Int)
        /// What it is in place of a file: `a folder`.
        case notFile(String)
        case unreadable(String)

        /// The failure of the whole sync. Trying again helps only where the reading failed.
        package func error(in place: String) -> BackendError {
            let clause: String =
                switch self {
                case .tooLong(let size?): "it has \(size) bytes, over the limit of \(IgnoreFile.longestInBytes) bytes"
                case .tooLong(nil): "it is over the limit of \(IgnoreFile.longestInBytes) bytes"
                case .notUTF8: "it is not UTF-8"
                case .tooManyRules(let count): "it has \(count) rules, over the limit of \(IgnoreFile.mostRules) rules"
                case .notFile(let what): "it is \(what)"
                case .unreadable(let clause): clause
                }
            let isTransient = if case .unreadable = self { true } else { false }
            return BackendError(
                isTransient ? .local : .malformed,
                "cannot use the rules in \"\(IgnoreFile.path)\" of \(place): \(clause)",
                advice: "correct the file, or set `use_sluiceignore` to false", retry: isTransient ? .later : .never)
        }
    }
}
