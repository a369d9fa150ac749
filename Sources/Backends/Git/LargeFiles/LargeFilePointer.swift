internal import Model

/// What git LFS stores in place of a large file: its SHA-256 and its size.
struct LargeFilePointer: Sendable, Hashable {
    let digest: Digest
    let size: Int64

    init(digest: Digest, size: Int64) {
        self.digest = digest
        self.size = size
    }

    /// What a blob's content is to git LFS.
    enum Reading: Sendable, Equatable {
        /// A file like any other.
        case file
        case pointer(LargeFilePointer)
        /// It begins as a pointer; the reason why it is none that can be followed, as a clause.
        case unusable(String)
    }

    /// Content of this size or more is no pointer.
    static let sizeLimit = 1_024

    /// - Source: the git-lfs specification, "The Pointer": UTF-8, below 1,024 bytes, lines of one key, one space and one
    ///   value, each ending in a line feed; `version` first, the others in order, none twice.
    static func read(_ content: UnsafeRawBufferPointer) -> Reading {
        guard content.count < sizeLimit, content.starts(with: family.utf8) else { return .file }
        do {
            return .pointer(try LargeFilePointer(content))
        } catch {
            return .unusable(error.clause)
        }
    }

    private struct Fault: Error { let clause: String }

    private init(_ content: UnsafeRawBufferPointer) throws(Fault) {
        guard content.last == UInt8(ascii: "\n"), let text = String(validating: content.dropLast(), as: UTF8.self),
            !text.utf8.contains(UInt8(ascii: "\r"))
        else { throw Fault(clause: "it is not made of lines of UTF-8 text") }
        var values: [String: String] = [:]
        var last = ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard words.count == 2, Self.isKey(words[0]), !words[1].isEmpty else {
                throw Fault(clause: "line \(index + 1) is not a key and a value")
            }
            if index == 0 {
                guard line == Self.version else { throw Fault(clause: "it is of another version than 1") }
                continue
            }
            guard last.utf8.lexicographicallyPrecedes(words[0].utf8) else {
                throw Fault(clause: "its keys are not in order, each once")
            }
            last = words[0]
            if last.hasPrefix("ext-") {
                throw Fault(clause: "it needs the git LFS extension \"\(EscapedName(last))\"")
            }
            values[last] = words[1]
        }
        let algorithm = "sha256:"
        guard let name = values["oid"], name.hasPrefix(algorithm), !name.utf8.contains(where: Self.isUpperCase),
            let digest = Digest(hex: String(name.dropFirst(algorithm.count)))
        else { throw Fault(clause: "it has no `oid` that is a SHA-256") }
        guard let digits = values["size"], digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let size = Int64(digits), String(size) == digits
        else { throw Fault(clause: "it has no `size` that is a number") }
        self.digest = digest
        self.size = size
    }

    private static func isUpperCase(_ byte: UInt8) -> Bool { (65...90).contains(byte) }

    private static func isKey(_ word: String) -> Bool {
        !word.isEmpty
            && word.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 }
    }

    private static let family = "version https://git-lfs.github.com/spec/"
    private static let version = "version https://git-lfs.github.com/spec/v1"
}
