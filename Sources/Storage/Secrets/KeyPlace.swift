internal import Foundation
internal import Model

/// Where a store's keys are: `secret.key` in its folder, or what the environment says.
struct KeyPlace: Sendable {
    /// Made on first need.
    private let ownFile: KeyFile
    private let namedFile: String?
    private let variable: String?
    private let previous: String?

    /// Of the store's own key file.
    static let fileName = "secret.key"

    /// - Parameter environment: of its variables `SLUICE_SECRET_KEY_FILE` names a key file, `SLUICE_SECRET_KEY` is a key
    ///   in base64, and `SLUICE_SECRET_KEY_PREVIOUS` holds older keys, separated by spaces or commas. An empty one counts
    ///   as not set.
    init(folder: String, environment: [String: String]) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        ownFile = KeyFile(path: "\(folder)/\(Self.fileName)")
        namedFile = value("SLUICE_SECRET_KEY_FILE")
        variable = value("SLUICE_SECRET_KEY")
        previous = value("SLUICE_SECRET_KEY_PREVIOUS")
    }

    /// For a person.
    var description: String {
        if let file { return file.shown }
        return "the environment variable SLUICE_SECRET_KEY"
    }

    /// Whether the present key is the environment's own, which cannot be changed here.
    var isGiven: Bool { file == nil }

    /// What to do when a key is missing: a clause in lower case.
    var howToGive: String {
        isGiven
            ? "set SLUICE_SECRET_KEY to the key that it was, or add that to SLUICE_SECRET_KEY_PREVIOUS"
            : "put the file back from where it was kept"
    }

    /// The file that the present key is in; nil when it is in the environment.
    private var file: KeyFile? {
        if let namedFile { return KeyFile(path: namedFile) }
        return variable == nil ? ownFile : nil
    }

    /// The keys that are at hand.
    func load() throws(KeyFault) -> Keyring {
        guard namedFile == nil || variable == nil else {
            throw KeyFault(
                "both SLUICE_SECRET_KEY and SLUICE_SECRET_KEY_FILE are set", advice: "unset one of the two")
        }
        var older: [SecretKey] = []
        if let previous { older = try Self.keys(in: previous, "SLUICE_SECRET_KEY_PREVIOUS") }
        guard let file else {
            let given = try Self.keys(in: variable ?? "", "SLUICE_SECRET_KEY")
            return Keyring(present: given.first, kept: [], older: older + given.dropFirst() + ownKeys)
        }
        let kept = try file.read()
        if kept == nil, namedFile != nil {
            throw KeyFault(
                "\(file.shown), which SLUICE_SECRET_KEY_FILE names, does not exist",
                advice: "put it back, or make one: (umask 077; openssl rand -base64 32 > FILE)")
        }
        let keys = kept ?? []
        return Keyring(
            present: keys.first, kept: Array(keys.dropFirst()), older: older + (namedFile == nil ? [] : ownKeys))
    }

    /// The store's own keys, for what was sealed before the environment named another one. They are not needed for
    /// anything else, so a file that cannot be used is as good as none.
    private var ownKeys: [SecretKey] { (try? ownFile.read()) ?? [] }

    /// Makes the first key. To be called by one at a time, and only while nothing is sealed.
    func makeFirst() throws(KeyFault) -> SecretKey {
        let key = SecretKey()
        try ownFile.write([key])
        return key
    }

    /// Puts a new key before the ones that are there, unless that has been done by a change that did not end.
    ///
    /// - Returns: nil when the present key is the new one: it comes from the environment, or a change did not end.
    func beginChange(_ ring: Keyring) throws(KeyFault) -> SecretKey? {
        guard let file, ring.kept.isEmpty else { return nil }
        let key = SecretKey()
        try file.write([key] + (ring.present.map { [$0] } ?? []))
        return key
    }

    /// Forgets all keys of the file but the present one.
    func endChange() throws(KeyFault) {
        guard let file else { return }
        let ring = try load()
        guard let present = ring.present, !ring.kept.isEmpty else { return }
        try file.write([present])
    }

    private static func keys(in text: String, _ variable: String) throws(KeyFault) -> [SecretKey] {
        var keys: [SecretKey] = []
        for word in text.split(whereSeparator: { $0 == " " || $0 == "," || $0.isNewline }) {
            guard let key = SecretKey(base64: word) else {
                throw KeyFault(
                    "the environment variable \(variable) does not hold a key of 32 bytes in base64",
                    advice: "set it to the output of `openssl rand -base64 32`, kept in a safe place")
            }
            keys.append(key)
        }
        return keys
    }
}

/// The keys at hand.
struct Keyring: Sendable {
    /// New secrets are sealed with it; nil when there is none yet.
    let present: SecretKey?
    /// Older keys in the same file: a change of the key did not end.
    let kept: [SecretKey]
    /// Older keys from elsewhere.
    let older: [SecretKey]

    func key(_ id: String) -> SecretKey? {
        ((present.map { [$0] } ?? []) + kept + older).first { $0.id == id }
    }
}
