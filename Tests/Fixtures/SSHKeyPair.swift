internal import Foundation

/// A key pair made by `ssh-keygen`.
package struct SSHKeyPair: Sendable {
    package let privateText: String
    /// `ssh-ed25519 AAAA... comment`
    package let publicText: String
    private let folder: TemporaryFolder

    /// - Parameter kind: `ed25519`, `rsa` or `ecdsa`.
    /// - Parameter options: further ones for ssh-keygen, such as `-m PEM`.
    package init(
        _ kind: String = "ed25519", passphrase: String = "", comment: String = "test", options: [String] = []
    ) throws {
        try Command.require(["ssh-keygen"], from: ["openssh-client"])
        folder = try TemporaryFolder("sluice-key")
        try Self.make(kind, at: folder.path(of: "key"), passphrase: passphrase, comment: comment, options: options)
        privateText = folder.read("key")
        publicText = Self.trimmed(folder.read("key.pub"))
    }

    /// The private key's file, of mode 0600; the public key's is beside it, with `.pub` at its end.
    package var path: String { folder.path(of: "key") }

    static func make(
        _ kind: String, at path: String, passphrase: String = "", comment: String = "test", options: [String] = []
    ) throws {
        let size = kind == "rsa" ? ["-b", "2048"] : []
        try Command.run(
            ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", comment, "-f", path] + size + options)
    }

    static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
}

/// What a key signs.
extension SSHKeyPair {
    /// `SHA256:...`
    package var fingerprint: String {
        get throws {
            let line = String(decoding: try Command.run(["ssh-keygen", "-l", "-f", path + ".pub"]), as: UTF8.self)
            return line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        }
    }

    /// An armored signature over `content`.
    package func signature(over content: some Collection<UInt8>, namespace: String = "git") throws -> String {
        let output = try Command.run(["ssh-keygen", "-Y", "sign", "-q", "-n", namespace, "-f", path], input: content)
        return String(decoding: output, as: UTF8.self)
    }

    /// Has `authority` certify this key for `principal`; signatures then show the certificate.
    package func certify(by authority: SSHKeyPair, for principal: String) throws {
        try Command.run(["ssh-keygen", "-q", "-s", authority.path, "-I", "id", "-n", principal, path + ".pub"])
    }

    /// The file of the certificate, once there is one.
    package var certificate: String { path + "-cert.pub" }

    /// What lets git sign with this key: options before its command.
    package func gitOptions(certified: Bool = false) -> [String] {
        ["-c", "gpg.format=ssh", "-c", "user.signingKey=\(certified ? certificate : path)"]
    }
}
