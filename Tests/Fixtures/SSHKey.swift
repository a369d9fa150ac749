internal import Foundation

/// An SSH key pair without a passphrase.
package final class SSHKey: Sendable {
    private let folder: TemporaryFolder

    /// - Parameter type: `ed25519`, `rsa` or `ecdsa`.
    package init(_ type: String = "ed25519", comment: String = "ada@laptop") throws {
        try Command.require(["ssh-keygen"], from: ["openssh-client"])
        folder = try TemporaryFolder("sluice-key")
        try Command.run(["ssh-keygen", "-q", "-t", type, "-N", "", "-C", comment, "-f", folder.path(of: "key")])
    }

    /// The file of the private key; the public key's is beside it, with `.pub` at its end.
    package var path: String { folder.path(of: "key") }
    /// `ssh-ed25519 AAAA... comment`
    package var publicKey: String { folder.read("key.pub").trimmingCharacters(in: .newlines) }

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
    package func certify(by authority: SSHKey, for principal: String) throws {
        try Command.run(["ssh-keygen", "-q", "-s", authority.path, "-I", "id", "-n", principal, path + ".pub"])
    }

    /// The file of the certificate, once there is one.
    package var certificate: String { path + "-cert.pub" }

    /// What lets git sign with this key: options before its command.
    package func gitOptions(certified: Bool = false) -> [String] {
        ["-c", "gpg.format=ssh", "-c", "user.signingKey=\(certified ? certificate : path)"]
    }
}
