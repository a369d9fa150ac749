private import Crypto
private import Foundation
internal import Model

extension HostKey {
    /// Reads `[HOST] TYPE BASE64 [COMMENT]`, a line of known_hosts or of a public key file; nil for anything else.
    init?(line: some StringProtocol) {
        var words = line.split { $0 == " " }.map { String($0) }[...]
        var host: String?
        // A host may be named like a type, and no base64 is.
        if words.count >= 3, Self.isType(words[1]) { host = words.removeFirst() }
        guard words.count >= 2, let type = words.first, Self.isType(type), let content = words.dropFirst().first,
            let bytes = Data(base64Encoded: content), bytes.count > 4 + type.utf8.count,
            bytes.dropFirst(4).starts(with: type.utf8),
            ((host ?? "") + type).utf8.allSatisfy({ (0x21..<0x7F).contains($0) }),
            host?.contains(where: { "|*?!,@#".contains($0) }) != true
        else { return nil }
        let digest = Data(SHA256.hash(data: bytes)).base64EncodedString().prefix { $0 != "=" }
        self.init(host: host?.lowercased(), type: type, content: content, fingerprint: "SHA256:" + digest)
    }

    /// Whether `line` of a known_hosts file names a key, whatever hosts it is for.
    /// - Source: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
    static func isKnownHost(_ line: some StringProtocol) -> Bool {
        var words = line.split { $0 == " " || $0 == "\t" }[...]
        if words.first?.hasPrefix("@") == true { words.removeFirst() }
        guard words.count >= 3, words.first?.hasPrefix("#") == false else { return false }
        return HostKey(line: words.dropFirst().prefix(2).joined(separator: " ")) != nil
    }

    private static func isType(_ word: String) -> Bool {
        ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"].contains { word.hasPrefix($0) } && !word.contains(".")
            || word.hasPrefix("sk-") && word.hasSuffix("@openssh.com")
    }
}
