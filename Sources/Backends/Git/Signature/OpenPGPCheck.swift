internal import Model

/// Checks OpenPGP signatures by running `gpg` with the listed keys and no others.
///
/// Each check has a key ring of its own that is removed afterwards: nobody's own keys, trust or configuration count,
/// nothing is fetched from a network, and no agent is started.
struct OpenPGPCheck: Sendable {
    /// Armored.
    let keys: String
    let tools: Toolbox

    /// - Throws: ``SignatureFault``; ``BackendError`` when `gpg` cannot be run or reads no key in the setting.
    func callAsFunction(_ signed: SignedPayload) async throws {
        guard Self.isOneBlock(signed.signature) else {
            throw SignatureFault.malformed("it is not one whole OpenPGP signature")
        }
        try await tools.withFolder { folder in
            let home = try folder.folder("gnupg")
            let listed = keys.isEmpty ? [] : try await importKeys(folder, home)
            let armor = try folder.write("signature.asc", signed.signature)
            let payload = try folder.write("payload", signed.payload)
            let result = try await gpg(home, ["--trust-model", "always", "--verify", armor, payload])
            let verdict = GPGVerdict(status: String(decoding: result.output, as: UTF8.self), listed: listed)
            if let fault = verdict.fault { throw fault }
            guard result.isSuccess else { throw SignatureFault.refused("gpg refuses the signature") }
        }
    }

    /// - Returns: the fingerprints of the primary keys.
    private func importKeys(_ folder: Toolbox.Folder, _ home: String) async throws -> Set<String> {
        let file = try folder.write("keys.asc", keys.utf8)
        let result = try await gpg(home, ["--import", file])
        let imported = String(decoding: result.output, as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return words.count == 4 && words[0] == "[GNUPG:]" && words[1] == "IMPORT_OK" ? String(words[3]) : nil
        }
        guard !imported.isEmpty else { throw Signers.fault("gpg finds no OpenPGP public key in it") }
        return Set(imported)
    }

    private func gpg(_ home: String, _ arguments: [String]) async throws -> Toolbox.Ended {
        let quiet = [
            "--homedir", home, "--no-options", "--batch", "--no-tty", "--no-autostart", "--disable-dirmngr",
            "--no-auto-key-retrieve", "--no-auto-key-locate", "--status-fd", "1",
        ]
        return try await tools.run("gpg", quiet + arguments, from: "gnupg")
    }

    /// Whether nothing is in it but one armored signature.
    private static func isOneBlock(_ signature: [UInt8]) -> Bool {
        let lines = String(decoding: signature, as: UTF8.self).split(whereSeparator: \.isNewline)
        return lines.count { $0.hasPrefix("-----") } == 2 && lines.first == "-----BEGIN PGP SIGNATURE-----"
            && lines.last == "-----END PGP SIGNATURE-----"
    }
}
