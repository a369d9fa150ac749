internal import Foundation
internal import Model

/// One SSH key that may sign, or an authority for certificates of keys that may.
struct SSHSigner: Sendable, Equatable {
    /// The key as it stands in a signature.
    let blob: [UInt8]
    let isAuthority: Bool
    /// As a line of an allowed-signers file.
    let line: String

    /// The name that stands for every key that is no authority: git asks of a signature who made it, not of the
    /// committer's address whether it is his.
    static let principal = "signer"

    /// Reads `ssh-ed25519 AAAA... comment`, or a line of an allowed-signers file: principals, options, key.
    ///
    /// - Source: ssh-keygen(1), "ALLOWED SIGNERS".
    init?(line: some StringProtocol) {
        let words = Self.words(line)
        guard let index = words.firstIndex(where: Self.types.contains), index <= 2, index + 1 < words.count,
            let blob = Data(base64Encoded: words[index + 1]), blob.count < 100_000
        else { return nil }
        var reader = SSHReader(blob)
        // What the line says and what the key is must be one, for ssh-keygen goes by the one and we by the other.
        guard reader.string().map({ $0.elementsEqual(words[index].utf8) }) == true else { return nil }
        self.blob = Array(blob)
        let options = index == 2 ? words[1] : ""
        isAuthority = options.lowercased().split(separator: ",").contains("cert-authority")
        let principals = isAuthority ? words[0] : Self.principal
        self.line = [principals, options, words[index], words[index + 1]].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static let types: Set<String> = [
        "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
    ]

    /// Parted at spaces that are not between quotes.
    private static func words(_ line: some StringProtocol) -> [String] {
        var words = [""]
        var isQuoted = false
        for character in line {
            if character == "\"" { isQuoted.toggle() }
            if !isQuoted, character == " " || character == "\t" {
                words.append("")
            } else {
                words[words.count - 1].append(character)
            }
        }
        return words.filter { !$0.isEmpty }
    }
}

/// Reads the strings of SSH's wire format: four bytes of length, then so many bytes.
/// - Source: RFC 4251, 5.
struct SSHReader {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: some Collection<UInt8>) { self.bytes = Array(bytes)[...] }

    mutating func number() -> UInt32? {
        guard bytes.count >= 4 else { return nil }
        defer { bytes = bytes.dropFirst(4) }
        return bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func string() -> ArraySlice<UInt8>? {
        guard let length = number(), length <= bytes.count else { return nil }
        defer { bytes = bytes.dropFirst(Int(length)) }
        return bytes.prefix(Int(length))
    }

    mutating func skip(_ text: String) -> Bool {
        guard bytes.starts(with: text.utf8) else { return false }
        bytes = bytes.dropFirst(text.utf8.count)
        return true
    }
}
