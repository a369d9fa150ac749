private import Crypto
internal import Foundation

/// What an armored SSH signature says of itself, unchecked.
/// - Source: OpenSSH's PROTOCOL.sshsig.
struct SSHSignature: Sendable, Equatable {
    /// The public key, or a certificate of it.
    let key: [UInt8]
    let namespace: String

    /// Nil when it is none, or more than one.
    init?(armor: some Collection<UInt8>) {
        let lines = String(decoding: armor, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard lines.count >= 3, lines.first == "-----BEGIN SSH SIGNATURE-----",
            lines.last == "-----END SSH SIGNATURE-----",
            let blob = Data(base64Encoded: lines.dropFirst().dropLast().joined())
        else { return nil }
        var reader = SSHReader(blob)
        guard reader.skip("SSHSIG"), reader.number() == 1, let key = reader.string(),
            let namespace = reader.string().flatMap({ String(validating: $0, as: UTF8.self) })
        else { return nil }
        self.key = Array(key)
        self.namespace = namespace
    }

    var isByCertificate: Bool {
        var reader = SSHReader(key)
        return reader.string().map { String(decoding: $0, as: UTF8.self).hasSuffix("-cert-v01@openssh.com") } == true
    }

    /// For messages, with the fingerprint as ssh-keygen shows it.
    var keyName: String {
        let digest = Data(SHA256.hash(data: key)).base64EncodedString().prefix { $0 != "=" }
        return isByCertificate ? "an SSH certificate (SHA256:\(digest))" : "SSH key SHA256:\(digest)"
    }
}
