/// A file that the index holds, in NetBox's fields, as of one generation.
package struct DataFile: Sendable, Equatable {
    /// Stays the same for a path of a source, whatever its content.
    package let id: Int64
    package let path: RelativePath
    package let digest: Digest
    /// In bytes.
    package let size: Int64
    /// The generation that brought this content.
    package let since: Generation
    /// When that generation was committed: NetBox's `last_updated`.
    package let lastUpdated: Timestamp

    package init(
        id: Int64, path: RelativePath, digest: Digest, size: Int64, since: Generation, lastUpdated: Timestamp
    ) {
        self.id = id
        self.path = path
        self.digest = digest
        self.size = size
        self.since = since
        self.lastUpdated = lastUpdated
    }
}

/// One stretch of a path's history: this content, from `since` until (not including) `until`.
package struct FileVersion: Sendable, Equatable {
    /// The ``DataFile/id``, which all contents of a path share.
    package let fileID: Int64
    package let digest: Digest
    package let size: Int64
    package let since: GenerationRecord
    /// Nil while it is the present content.
    package let until: GenerationRecord?

    package init(fileID: Int64, digest: Digest, size: Int64, since: GenerationRecord, until: GenerationRecord?) {
        self.fileID = fileID
        self.digest = digest
        self.size = size
        self.since = since
        self.until = until
    }
}

/// What is kept about a generation.
package struct GenerationRecord: Sendable, Equatable {
    package let generation: Generation
    package let committedAt: Timestamp
    /// Nil when the remote has no revisions.
    package let revision: RevisionDetails?

    package init(generation: Generation, committedAt: Timestamp, revision: RevisionDetails?) {
        self.generation = generation
        self.committedAt = committedAt
        self.revision = revision
    }
}

/// What the merge needs to know of a file in the present generation.
package struct KnownFile: Sendable, Equatable {
    package let path: RelativePath
    package let digest: Digest
    package let size: Int64
    package let fingerprint: Fingerprint
    /// See ``RemoteFile/isUncertain``.
    package let isUncertain: Bool

    package init(path: RelativePath, digest: Digest, size: Int64, fingerprint: Fingerprint, isUncertain: Bool) {
        self.path = path
        self.digest = digest
        self.size = size
        self.fingerprint = fingerprint
        self.isUncertain = isUncertain
    }
}
