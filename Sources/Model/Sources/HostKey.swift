/// The public key by which an SSH server proves that it is the one that is meant.
package struct HostKey: Hashable, Sendable {
    /// The host as known_hosts has it, such as `[git.example]:2222`; nil for the host of the data source's URL.
    package let host: String?
    /// Such as `ssh-ed25519`.
    package let type: String
    /// In base64.
    package let content: String
    /// `SHA256:` and the digest of the content in base64, as OpenSSH shows it.
    package let fingerprint: String

    package init(host: String?, type: String, content: String, fingerprint: String) {
        self.host = host
        self.type = type
        self.content = content
        self.fingerprint = fingerprint
    }

    /// As the setting `ssh_host_keys` takes it.
    package var text: String { "\(host.map { $0 + " " } ?? "")\(type) \(content)" }
}

/// A backend whose server shows a host key, which a person can trust.
package protocol HostKeyHolding: Backend {
    /// Asks the server for its host keys without believing it: one for each kind of key that it has.
    ///
    /// Where the way leads through a jump host that is not trusted yet, that host's keys, which name it.
    /// - Throws: ``BackendError`` when nobody presents a key.
    func presentedHostKeys() async throws -> [HostKey]

    /// The keys that the settings pin for `host`; nil for the host of the data source's URL.
    func pinnedHostKeys(of host: String?) -> [HostKey]
}
