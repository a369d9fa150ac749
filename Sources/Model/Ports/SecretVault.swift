/// The secrets that were given as values. They are kept encrypted, and opened when they are used.
///
/// Nothing but these methods, and keeping a secret, needs the key: listings and applying work without it.
package protocol SecretVault: Sendable {
    /// The settings of a source with every sealed value opened. Holds secrets: never print it.
    ///
    /// - Throws: `.sealed` when the key is not there or not the right one, or a value was tampered with;
    ///   `.notFound`; `.catalogMoved` when the source was changed since it was read.
    func openedSettings(of source: DataSource) async throws -> DataSourceSettings

    /// - Throws: `.sealed` when there is a key that cannot be used.
    func keyStatus() async throws -> KeyStatus

    /// Makes a new key, encrypts every secret anew, forgets the old key, and writes an audit row.
    ///
    /// Whenever it is interrupted, every secret can be opened, and the next call completes it. A key from an environment
    /// variable is not made here: every secret is encrypted with the one that is given now.
    /// - Throws: `.sealed`.
    func rotateKey(by actor: AuditActor, at now: Timestamp) async throws -> KeyRotation
}

/// What may be told about the key.
package struct KeyStatus: Sendable, Equatable {
    /// For a person: `the file "/var/lib/sluice/secret.key"`.
    package let place: String
    /// Names the key without telling anything about it; nil when there is none yet.
    package let id: String?
    /// How many values are sealed with each key, by its id.
    package let sealed: [String: Int]
    /// The ids of older keys that are still at hand.
    package let olderKeys: [String]
    /// Whether the database may still hold remains of what was kept in the clear before.
    package let isScrubDue: Bool

    package init(place: String, id: String?, sealed: [String: Int], olderKeys: [String], isScrubDue: Bool) {
        self.place = place
        self.id = id
        self.sealed = sealed
        self.olderKeys = olderKeys
        self.isScrubDue = isScrubDue
    }

    /// Whether every value is sealed with the present key, and no other is kept.
    package var isSettled: Bool { olderKeys.isEmpty && sealed.keys.allSatisfy { $0 == id } }
}

/// What changing the key came to.
package struct KeyRotation: Sendable, Equatable {
    package let id: String
    /// How many values were encrypted anew.
    package let count: Int
    /// Whether a new key was made; otherwise an earlier change was completed, or the key that was given is used.
    package let isNew: Bool
    /// Whether the key is the environment's, where none can be made.
    package let isGiven: Bool

    package init(id: String, count: Int, isNew: Bool, isGiven: Bool) {
        self.id = id
        self.count = count
        self.isNew = isNew
        self.isGiven = isGiven
    }
}
