internal import Model

/// Who may sign: OpenPGP and SSH public keys.
struct Signers: Sendable, Equatable {
    /// Armored public key blocks, one after the other; empty when there is none.
    let openPGP: String
    let ssh: [SSHSigner]

    /// Reads the setting `signers`: armored OpenPGP public keys, and SSH public keys one a line, as in a `.pub` file or
    /// in an allowed-signers file. Empty lines and lines that begin with `#` are skipped.
    ///
    /// - Throws: `.settings` for anything else, and when no key is in it.
    init(_ setting: String) throws(BackendError) {
        var blocks: [String] = []
        var ssh: [SSHSigner] = []
        var block: [Substring]?
        for line in setting.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let text = line.trimmingSpaces
            if block != nil {
                block?.append(text)
                guard text == Self.end else { continue }
                blocks += block.map { [$0.joined(separator: "\n") + "\n"] } ?? []
                block = nil
            } else if text == Self.begin {
                block = [text]
            } else if text.isEmpty || text.hasPrefix("#") {
                continue
            } else if text.contains("PRIVATE KEY") {
                throw Self.fault("it holds a private key", advice: "put public keys into it, and change that key")
            } else if let signer = SSHSigner(line: text) {
                ssh.append(signer)
            } else {
                throw Self.fault("line \"\(EscapedName(String(text.prefix(60))))\" is no public key")
            }
        }
        guard block == nil else { throw Self.fault("an OpenPGP key in it has no end") }
        guard !blocks.isEmpty || !ssh.isEmpty else { throw Self.fault("no public key is in it") }
        openPGP = blocks.joined()
        self.ssh = ssh
    }

    static func fault(_ what: String, advice: String? = nil) -> BackendError {
        BackendError(
            .settings, "cannot use the setting `signers`: \(what)",
            advice: advice
                ?? "give what `gpg --armor --export KEY` prints, or the line of an SSH key's .pub file")
    }

    private static let begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
    private static let end = "-----END PGP PUBLIC KEY BLOCK-----"
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var text = self.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
