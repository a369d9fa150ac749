/// What administrators set for the store as a whole.
package protocol SettingIndex: Sendable {
    func storeSettings() async throws -> StoreSettings

    /// Keeps the settings, with an audit row for each that changes.
    func change(_ change: StoreSettingChange, by actor: AuditActor, at now: Timestamp) async throws
}

/// The settings that are in force for every data source of the store.
package struct StoreSettings: Sendable, Equatable {
    /// The directories that sources on this machine's disk may use, with all that is below them; nil for any.
    package var localRoots: [String]?

    package init(localRoots: [String]? = nil) { self.localRoots = localRoots }
}

/// The settings by the names that a person gives them.
package enum StoreSettingName: String, Sendable, CaseIterable {
    case localRoots = "local_roots"

    /// One sentence for a person.
    package var help: String {
        switch self {
        case .localRoots:
            "The directories that local sources, and git sources on this machine's disk, may use; any if not set."
        }
    }
}

/// A setting with what it is to be.
package enum StoreSettingChange: Sendable, Equatable {
    /// Absolute paths; nil takes the setting away.
    case localRoots([String]?)

    package var name: StoreSettingName {
        switch self {
        case .localRoots: .localRoots
        }
    }
}
