/// A configured remote, in NetBox's fields.
package struct DataSource: Sendable, Equatable {
    package let id: SourceID
    package var settings: DataSourceSettings
    package let state: State

    /// What syncing has made of it; not editable.
    package struct State: Sendable, Equatable {
        package var status: SourceStatus
        /// The generation that readers see.
        package var generation: Generation
        /// The last revision that was replicated, if the remote has revisions. It may be later than the generation's
        /// own when it moved none of the files that the source wants.
        package var revision: RevisionDetails?
        /// SHA-256 of the settings under which `revision` was replicated; nil when something is left to try again.
        package var settingsDigest: Digest?
        /// When the last sync that found or made the index current ended.
        package var lastSynced: Timestamp?
        /// Why the last sync failed; nil when it did not.
        package var lastError: String?
        package var fileCount: Int
        package var created: Timestamp
        package var lastUpdated: Timestamp

        package init(
            status: SourceStatus = .new, generation: Generation = .none, revision: RevisionDetails? = nil,
            settingsDigest: Digest? = nil, lastSynced: Timestamp? = nil, lastError: String? = nil, fileCount: Int = 0,
            created: Timestamp, lastUpdated: Timestamp
        ) {
            self.status = status
            self.generation = generation
            self.revision = revision
            self.settingsDigest = settingsDigest
            self.lastSynced = lastSynced
            self.lastError = lastError
            self.fileCount = fileCount
            self.created = created
            self.lastUpdated = lastUpdated
        }
    }

    package init(id: SourceID, settings: DataSourceSettings, state: State) {
        self.id = id
        self.settings = settings
        self.state = state
    }

    package var name: SourceName { settings.name }
}

/// What an administrator declares about a data source.
package struct DataSourceSettings: Sendable, Equatable {
    package var name: SourceName
    /// A registered backend: `git`, `amazon-s3`, `local`.
    package var type: String
    package var sourceURL: SourceURL
    package var isEnabled: Bool
    /// At most 200 characters.
    package var description: String
    /// One rule a line; see ``IgnoreRules``.
    package var ignoreRules: String
    /// In minutes; one of ``intervals``, or nil for none.
    package var syncInterval: Int?
    package var parameters: [String: ParameterValue]

    /// NetBox's choices: a minute, an hour, 12 hours, a day, a week, 30 days.
    package static let intervals = [1, 60, 720, 1_440, 10_080, 43_200]

    package init(
        name: SourceName, type: String, sourceURL: SourceURL, isEnabled: Bool = true, description: String = "",
        ignoreRules: String = "", syncInterval: Int? = nil, parameters: [String: ParameterValue] = [:]
    ) {
        self.name = name
        self.type = type
        self.sourceURL = sourceURL
        self.isEnabled = isEnabled
        self.description = description
        self.ignoreRules = ignoreRules
        self.syncInterval = syncInterval
        self.parameters = parameters
    }
}

extension DataSourceSettings {
    /// Whether something of it is a secret in the clear.
    package var holdsSecret: Bool {
        sourceURL.holdsSecret
            || parameters.values.contains { value in
                if case .secret = value { true } else { false }
            }
    }

    /// Whether something of it has to be opened before it can be used.
    package var isSealed: Bool {
        sourceURL.sealed != nil
            || parameters.values.contains { value in
                if case .sealed = value { true } else { false }
            }
    }
}

/// What the store numbers a data source with; never given out again.
package struct SourceID: Hashable, Sendable {
    package let number: Int64

    package init(_ number: Int64) { self.number = number }
}

/// NetBox's status of a data source. `syncing` is never stored: it is the fact that a claim's lease runs.
package enum SourceStatus: String, Sendable, CaseIterable {
    case new, syncing, completed, failed
}
