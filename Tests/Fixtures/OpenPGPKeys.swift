internal import Foundation

/// Somebody's OpenPGP keys, in a folder of their own, with an agent that ends with the value.
package final class OpenPGPKeys: Sendable {
    private let folder: TemporaryFolder
    private let home: String

    package init() throws {
        try Command.require(["gpg", "gpg-agent"], from: ["gnupg"])
        folder = try TemporaryFolder("sluice-gpg")
        home = try folder.folder("home")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: home)
        // What git calls in place of gpg.
        try folder.write("gpg", "#!/bin/sh\nexec gpg --homedir \(home) --batch \"$@\"\n", mode: 0o755)
    }

    deinit {
        // An agent that is not there need not be ended, and one that stays sees its folder go and ends by itself.
        _ = try? Command.run(["gpgconf", "--homedir", home, "--kill", "all"])
    }

    /// Makes a key that signs.
    ///
    /// - Parameter madeAt: as in `20250101T000000`; nil for now.
    /// - Returns: its fingerprint.
    package func makeKey(
        _ person: String = "Ada <ada@example.net>", algorithm: String = "ed25519", usage: String = "sign",
        expires: String = "never", madeAt: String? = nil
    ) throws -> String {
        try gpg(
            clock(madeAt) + ["--passphrase", "", "--quick-generate-key", person, algorithm, usage, expires])
        return try fingerprints().last ?? ""
    }

    /// Adds a subkey that signs.
    ///
    /// - Returns: the subkey's fingerprint.
    package func addSubkey(to primary: String) throws -> String {
        try gpg(["--passphrase", "", "--quick-add-key", primary, "ed25519", "sign", "never"])
        return try fingerprints().last ?? ""
    }

    package func revoke(_ key: String) throws {
        let certificate = try String(contentsOfFile: "\(home)/openpgp-revocs.d/\(key).rev", encoding: .utf8)
        // gpg puts a colon in front, so that nobody imports it by mistake.
        let armed = certificate.replacingOccurrences(of: ":-----", with: "-----")
        try gpg(["--import"], input: Array(armed.utf8))
    }

    /// Armored.
    package func publicKey(_ key: String) throws -> String {
        String(decoding: try gpg(["--armor", "--export", key]), as: UTF8.self)
    }

    /// Armored.
    package func privateKey(_ key: String) throws -> String {
        String(decoding: try gpg(["--armor", "--export-secret-keys", key]), as: UTF8.self)
    }

    /// An armored signature over `content`.
    package func signature(
        by key: String, over content: some Collection<UInt8>, at time: String? = nil, options: [String] = [],
        action: String = "--detach-sign"
    ) throws -> String {
        let output = try gpg(
            clock(time) + options + ["--armor", "--local-user", key, "--output", "-", action], input: Array(content))
        return String(decoding: output, as: UTF8.self)
    }

    /// What lets git sign with `key`: options before its command.
    package func gitOptions(_ key: String) -> [String] {
        ["-c", "gpg.format=openpgp", "-c", "gpg.program=\(folder.path(of: "gpg"))", "-c", "user.signingKey=\(key)"]
    }

    private func clock(_ time: String?) -> [String] { time.map { ["--faked-system-time", "\($0)!"] } ?? [] }

    /// Of all keys and subkeys, the newest last.
    private func fingerprints() throws -> [String] {
        let listing = String(decoding: try gpg(["--with-colons", "--list-keys"]), as: UTF8.self)
        var found: [String] = []
        for line in listing.split(separator: "\n") where line.hasPrefix("fpr:") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            found.append(String(fields[9]))
        }
        return found
    }

    @discardableResult
    private func gpg(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
        try Command.run(
            ["gpg", "--homedir", home, "--batch", "--no-tty", "--pinentry-mode", "loopback"] + arguments, input: input)
    }
}
