/// The versioned file index: stage one writes it, everything reads it.
///
/// A sync stages its changes under the number of the generation to come. Readers do not see them until `commit` moves
/// the source to that generation in one step; a sync that dies leaves staged rows that the next claim discards.
package protocol FileIndex: Sendable {
    /// In name order.
    func dataSources() async throws -> [DataSource]
    func dataSource(named name: SourceName) async throws -> DataSource?

    /// Takes the right to sync a source until `now + lease`, and discards what an earlier sync left staged.
    ///
    /// - Parameter dead: a holder that is known to be gone: its claim is taken over although its lease still runs.
    /// - Throws: `.claimed` with the present holder; `.notFound`.
    func claim(
        _ source: SourceID, by holder: ClaimHolder, replacing dead: ClaimHolder?, at now: Timestamp, lease: Duration
    ) async throws -> Claim

    /// Moves the end of the lease. Throws `.claimLost`.
    func renew(_ claim: Claim, until end: Timestamp) async throws

    /// Files of the present generation in path order, at most `limit`, after a path.
    func knownFiles(of source: SourceID, after path: RelativePath?, limit: Int) async throws -> [KnownFile]

    /// Writes changes under the generation to come, and their content. Throws `.claimLost`.
    ///
    /// A `touched` file takes effect at once: its content is what it was.
    func stage(_ changes: [FileChange], under claim: Claim) async throws

    /// Forgets what was staged under a claim, which stays. Throws `.claimLost`.
    func discardStaged(under claim: Claim) async throws

    /// A place for content too large to hold in memory. Costs nothing until the first piece is appended.
    ///
    /// - Parameter claim: what it is to be staged under; once that is given back, lost or taken over, so is the content.
    ///   Nil for content that replaces what is kept.
    func makeLargeContent(under claim: Claim?) -> any LargeContent

    /// Makes what was staged the present generation, with its links, audit row and source status, and gives the claim
    /// back. A generation is numbered only if files were added, modified or removed, or if it is the first.
    ///
    /// - Throws: `.claimLost`: nothing of it is kept.
    func commit(_ draft: GenerationDraft, under claim: Claim) async throws -> CommittedSync

    /// Notes that the remote has not moved since the present generation, and gives the claim back. Throws `.claimLost`.
    func settle(_ claim: Claim, at now: Timestamp) async throws

    /// Discards what was staged and gives the claim back: the source is as if it had not been claimed. A claim that was
    /// lost already is no error.
    func release(_ claim: Claim) async throws

    /// Discards what was staged, and gives the claim back; the present generation stays. A claim that was lost already
    /// is no error.
    func abandon(_ claim: Claim, failure: String, at now: Timestamp, audit: AuditEntry) async throws

    /// Files of a generation (nil: the present one) in path order, at most `limit`, after a path.
    func files(
        of source: SourceID, at generation: Generation?, after path: RelativePath?, limit: Int
    ) async throws -> [DataFile]
    func file(_ path: RelativePath, of source: SourceID, at generation: Generation?) async throws -> DataFile?
    /// Newest first.
    func history(of path: RelativePath, in source: SourceID) async throws -> [FileVersion]
    /// Newest first, at most `limit`.
    func generations(of source: SourceID, limit: Int) async throws -> [GenerationRecord]
    /// What the last completed sync could not replicate.
    func problems(of source: SourceID) async throws -> [FileProblem]

    /// All content of this digest.
    ///
    /// Throws `.notFound`, `.contentDamaged`, and `.unavailable` when it is larger than `limit`.
    func loadContent(_ digest: Digest, limit: Int64) async throws -> [UInt8]
    /// Streams content in pieces of at most 1 MiB; of damaged content nothing at all.
    ///
    /// Throws `.notFound`, and `.contentDamaged` when the content is not what its digest says.
    func readContent(_ digest: Digest, into sink: ContentSink) async throws
}

/// The right to sync one source. The number fences off whoever held the claim before.
package struct Claim: Hashable, Sendable {
    package let source: SourceID
    package let name: SourceName
    package let number: Int64
    /// The generation that was present when the claim was taken; the sync stages under the next one.
    package let generation: Generation

    package init(source: SourceID, name: SourceName, number: Int64, generation: Generation) {
        self.source = source
        self.name = name
        self.number = number
        self.generation = generation
    }
}

/// The process that holds a claim.
package struct ClaimHolder: Hashable, Sendable, CustomStringConvertible {
    /// The machine and its present boot, so that a process number means something.
    package let machine: String
    package let processID: Int32
    /// When the process started, in the machine's own units: a number that was given out again is not the same holder.
    package let processStart: Int64

    package init(machine: String, processID: Int32, processStart: Int64) {
        self.machine = machine
        self.processID = processID
        self.processStart = processStart
    }

    package var description: String { "process \(processID) on \(machine.prefix { $0 != "/" })" }
}

/// One difference between the remote and the present generation.
package enum FileChange: Sendable {
    case added(StagedFile)
    case modified(StagedFile)
    case removed(RelativePath)
    /// The fingerprint moved and the content did not.
    case touched(RelativePath, Fingerprint, isUncertain: Bool)
}

/// A file that was read from the remote, on its way into the generation to come.
package struct StagedFile: Sendable {
    package let path: RelativePath
    package let digest: Digest
    package let size: Int64
    package let fingerprint: Fingerprint
    package let isUncertain: Bool
    package let content: StagedContent

    package init(
        path: RelativePath, digest: Digest, size: Int64, fingerprint: Fingerprint, isUncertain: Bool,
        content: StagedContent
    ) {
        self.path = path
        self.digest = digest
        self.size = size
        self.fingerprint = fingerprint
        self.isUncertain = isUncertain
        self.content = content
    }
}

/// The content of a staged file: in memory, or in the store already if it is large.
package enum StagedContent: Sendable {
    /// At most 1 MiB.
    case bytes([UInt8])
    case large(any LargeContent)
}

/// Content on its way into the store piece by piece; seen by nobody until a staged file names it.
package protocol LargeContent: AnyObject, Sendable {
    /// In order, at most 1 MiB each. Blocks; on any thread.
    func append(_ piece: UnsafeRawBufferPointer) throws
    /// Forgets what was appended. Does nothing if nothing was, or after it was staged.
    func discard() async
}

/// What `commit` needs besides the staged rows.
package struct GenerationDraft: Sendable {
    package let counts: ChangeCounts
    package let revision: RevisionDetails?
    /// Nil when something should be tried again next time: the next sync then merges even if the revision is the same.
    package let settledSettings: Digest?
    package let problems: [FileProblem]
    /// Objects that pattern links make. One whose name is taken is skipped and returned, unless the name belongs to an
    /// object that a pattern of a source which was added later has made and nobody has touched: that one makes way, so
    /// that it makes no difference which of the sources is synced first.
    package let patterned: [PatternedObject]
    package let committedAt: Timestamp
    package let audit: AuditEntry

    package init(
        counts: ChangeCounts, revision: RevisionDetails?, settledSettings: Digest?, problems: [FileProblem],
        patterned: [PatternedObject], committedAt: Timestamp, audit: AuditEntry
    ) {
        self.counts = counts
        self.revision = revision
        self.settledSettings = settledSettings
        self.problems = problems
        self.patterned = patterned
        self.committedAt = committedAt
        self.audit = audit
    }
}

/// What a commit made present, and what that did to objects.
package struct CommittedSync: Sendable {
    package let generation: Generation
    /// Objects that this generation moved: their file changed, went, or came back; only those that are not in sync.
    package let moved: [LinkedObject]
    /// Objects of patterns whose name somebody else has. The source's problems tell of them too.
    package let skipped: [ContestedObject]

    package init(generation: Generation, moved: [LinkedObject], skipped: [ContestedObject]) {
        self.generation = generation
        self.moved = moved
        self.skipped = skipped
    }
}

/// How many files a sync found in each part of its change set.
package struct ChangeCounts: Sendable, Equatable {
    package var added = 0
    package var modified = 0
    package var removed = 0
    package var touched = 0
    package var unchanged = 0

    package init() {}

    /// Whether a new generation is due.
    package var changesContent: Bool { added + modified + removed > 0 }
}
