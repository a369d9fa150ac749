package import Model

/// What it means to trust the host keys that a data source's server presents now.
package struct HostKeyTrust: Sendable {
    /// The keys to be pinned.
    package let accepted: [HostKey]
    /// Those of them that are not pinned yet.
    package let added: [HostKey]
    /// Pinned keys that the server no longer presents, which go: it may have a new key, or be another server.
    package let replaced: [HostKey]

    /// The setting of a data source that pins host keys.
    package static let setting = "ssh_host_keys"

    /// - Parameters:
    ///   - presented: what the server shows now.
    ///   - pinned: what the settings pin for the same host.
    ///   - fingerprint: accepts only the key that has it, given with or without its `SHA256:`; nil accepts all.
    /// - Returns: nil when no presented key has the fingerprint.
    package init?(presented: [HostKey], pinned: [HostKey], fingerprint: String?) {
        let accepted = presented.filter { key in
            fingerprint.map { key.fingerprint == $0 || key.fingerprint == "SHA256:" + $0 } ?? true
        }
        guard !accepted.isEmpty else { return nil }
        self.accepted = accepted
        added = accepted.filter { key in !pinned.contains { $0.content == key.content } }
        replaced = pinned.filter { key in !presented.contains { $0.content == key.content } }
    }

    /// What is wrong with a fingerprint that a person gives: a clause in lower case that says what to write, or nil.
    package static func fault(inFingerprint text: String) -> String? {
        let digest = text.hasPrefix("SHA256:") ? text.dropFirst("SHA256:".count) : text[...]
        let isBase64 = digest.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 43
                || byte == 47
        }
        if digest.utf8.count == 43, isBase64 { return nil }
        let isHexadecimal = digest.contains(":") || digest.utf8.count == 32
        return "it is not a fingerprint as OpenSSH shows it, SHA256: and 43 characters"
            + (isHexadecimal ? "; the older form in pairs of digits (MD5) is not taken" : "")
    }

    /// Whether a line of the setting, `[HOST] TYPE BASE64 [COMMENT]`, pins this key for its host: another may have the
    /// same key.
    private static func pins(_ line: Substring, _ key: HostKey) -> Bool {
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(where: { $0 == key.content }), place > 0 else { return false }
        return (place > 1 ? words[place - 2].lowercased() : nil) == key.host
    }

    /// For the audit log: the keys that are trusted from now on, and those no longer.
    package var summary: String {
        func list(_ keys: [HostKey]) -> String {
            keys.map { "\($0.host.map { "\($0) " } ?? "")\($0.type) \($0.fingerprint)" }.joined(separator: ", ")
        }
        return [added.isEmpty ? nil : "trusts " + list(added), replaced.isEmpty ? nil : "no longer " + list(replaced)]
            .compactMap { $0 }.joined(separator: "; ")
    }

    package var changesNothing: Bool { added.isEmpty && replaced.isEmpty }

    /// The settings with these keys pinned; other lines stay as they are.
    ///
    /// - Returns: nil when the keys are given by a reference, which is not ours to change.
    package func pinning(in settings: DataSourceSettings) -> DataSourceSettings? {
        var lines: [Substring] = []
        switch settings.parameters[Self.setting] {
        case .literal(let text), .secret(let text): lines = text.split(whereSeparator: \.isNewline)
        case .environment, .file, .command, .sealed: return nil
        case nil: break
        }
        lines.removeAll { line in replaced.contains { Self.pins(line, $0) } }
        lines += added.map { $0.text[...] }
        var settings = settings
        settings.parameters[Self.setting] = .literal(lines.joined(separator: "\n"))
        return settings
    }
}
