internal import Model

/// Writes changes under the generation to come, within one transaction.
///
/// Writing the same change again leaves what the first one made: a batch whose answer was lost may be sent again.
struct Staging {
    private let db: Connection
    private let claim: Claim
    private let coming: Generation
    private var hasStaged: Bool
    private var hasNominated = false
    /// Read when the first new path needs one, written back once at the end.
    private var nextFileID: Int64?

    /// Throws `.claimLost`.
    init(under claim: Claim, on db: Connection) throws {
        self.db = db
        self.claim = claim
        coming = claim.generation.next
        hasStaged = try db.hasStaged(under: claim)
    }

    mutating func write(_ change: FileChange) throws {
        switch change {
        case .added(let file), .modified(let file):
            try noteStaged()
            try put(file)
        case .removed(let path):
            try noteStaged()
            try remove(path)
        case .touched(let path, let fingerprint, let isUncertain):
            try db.run(StagingSQL.touch, fingerprint, isUncertain, claim.source, path, claim.generation)
        }
    }

    /// To be called once, after the last change.
    func finish() throws {
        if let nextFileID { try db.run(StagingSQL.setNextFileID, nextFileID) }
        if hasNominated { try db.acquitNamedContent() }
    }

    private mutating func put(_ file: StagedFile) throws {
        try db.keep(file.content, digest: file.digest, size: file.size)
        let newest = try newestVersion(of: file.path)
        if let newest, newest.since == coming {
            if newest.digest != file.digest { try nominate(newest.digest) }
        } else if let newest, newest.isOpen {
            try db.run(StagingSQL.end, coming, claim.source, file.path)
        }
        let fileID = try newest?.fileID ?? takeFileID()
        try db.run(
            StagingSQL.add, claim.source, file.path, coming, fileID, file.digest, file.size, file.fingerprint,
            file.isUncertain)
    }

    private mutating func remove(_ path: RelativePath) throws {
        if let newest = try newestVersion(of: path), newest.since == coming {
            try nominate(newest.digest)
            try db.run(StagingSQL.takeBack, claim.source, path, coming)
        }
        try db.run(StagingSQL.end, coming, claim.source, path)
    }

    private mutating func noteStaged() throws {
        if !hasStaged { try db.run(ClaimSQL.noteStaged, claim.source) }
        hasStaged = true
    }

    /// Notes that content may have lost its last name; `finish` looks whether it has.
    private mutating func nominate(_ digest: Digest) throws {
        try db.run(ContentSQL.nominate, digest)
        hasNominated = true
    }

    private mutating func takeFileID() throws -> Int64 {
        let id = try nextFileID ?? db.value(StagingSQL.nextFileID) ?? 1
        nextFileID = id + 1
        return id
    }

    private struct Version {
        let since: Generation
        let isOpen: Bool
        let fileID: Int64
        let digest: Digest
    }

    /// A path that left and came back keeps its file id, so versions that ended count too.
    private func newestVersion(of path: RelativePath) throws -> Version? {
        try db.first(StagingSQL.newestVersion, claim.source, path) { columns in
            let since: Generation = try columns.next()
            let until: Generation? = try columns.next()
            return Version(since: since, isOpen: until == nil, fileID: try columns.next(), digest: try columns.next())
        }
    }
}
