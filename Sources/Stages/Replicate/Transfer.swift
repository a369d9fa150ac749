internal import Model

/// Moves a remote's changes into the store: merges both listings, reads what may have changed, stages the difference.
///
/// In constant memory: it holds a page of each listing, a batch of files to read, and a buffer of staged changes.
struct Transfer {
    /// What came of it.
    struct Result: Sendable {
        var counts = ChangeCounts()
        var problems: [FileProblem] = []
        var problemCount = 0
        /// Whether the next sync should look again although the revision may be the same.
        var hasUnsettled = false
        var patterned: [PatternedObject] = []

        /// A handful of files may always go; more than half of a source's files only with somebody's word.
        static let removableWithoutWord = 10

        /// Why none of the source's files could be read, if it is one cause for all that were to be read. Where others
        /// are known and unchanged, a few do not stand for all.
        var failureOfAll: BackendError? {
            counts.unchanged == 0 || readings.isRemoteSilent ? readings.failureOfAll : nil
        }
        fileprivate(set) var readings = ReadingRecord()

        func removesTooMuch(ofKnown count: Int) -> Bool {
            counts.removed > Self.removableWithoutWord && counts.removed * 2 > count
        }

        /// - Parameter isLinked: whether an object's state depends on it, so that it is kept however many there are.
        mutating func note(_ problem: FileProblem, isLinked: Bool = false) {
            problemCount += 1
            if isLinked || problems.count < SyncReport.longestProblemList { problems.append(problem) }
            if !problem.kind.isLasting { hasUnsettled = true }
        }
    }

    /// A file whose content must be read, with what is known of its path.
    struct Wanted: Sendable {
        let file: RemoteFile
        let known: KnownFile?
    }

    let store: any Store
    let selection: FileSelection
    let source: DataSource
    /// Nil in a rehearsal: nothing is staged, and only what is known already is read.
    let claim: Claim?
    let patterns: [LinkPattern]
    let report: @Sendable (SyncProgress) -> Void

    /// Known files of which patterns could make no object at the last sync; tried again.
    var retried: Set<EscapedName> = []
    /// Reads under way at once.
    var readsAtOnce = Surroundings.mostReads
    var result = Result()
    /// The paths of linked files, and of the folders above them; loaded when there are more problems than are kept.
    private var linkedNames: Set<EscapedName>?
    /// The batch that grows.
    private var wanted: [Wanted] = []
    /// The batch before, which was announced.
    private var arrived: [Wanted] = []
    private var staged: [FileChange] = []
    private var stagedBytes = 0
    private var progress: SyncProgress

    /// Large enough that a git server is asked seldom, small enough to be held, and to be read while the next one comes.
    private static let longestBatch = 4_096
    private static let mostStaged = 512
    private static let mostStagedBytes = 4 << 20

    init(
        store: any Store, selection: FileSelection, source: DataSource, claim: Claim?, patterns: [LinkPattern],
        report: @escaping @Sendable (SyncProgress) -> Void
    ) {
        self.store = store
        self.selection = selection
        self.source = source
        self.claim = claim
        self.patterns = patterns
        self.report = report
        progress = SyncProgress(source: source.name)
    }

    /// Merges a whole snapshot and closes it. Throws what the backend and the store throw; nothing staged is visible
    /// then.
    mutating func run(_ backend: any Backend) async throws -> any Snapshot {
        do {
            return try await merge(backend)
        } catch is ListingRestart {
            try await beginAgain()
            do {
                return try await merge(backend)
            } catch is ListingRestart {
                throw BackendError(
                    .malformed, "the listing is out of order, and was so when it was begun again; nothing was changed",
                    advice: "sync again when nothing is being written to the remote", retry: .later)
            }
        }
    }

    private mutating func merge(_ backend: any Backend) async throws -> any Snapshot {
        let snapshot = try await backend.snapshot(selection)
        do {
            try await merge(snapshot)
        } catch {
            await snapshot.close()
            throw error
        }
        await snapshot.close()
        return snapshot
    }

    /// Forgets everything that came of a listing whose order was not what it should be.
    private mutating func beginAgain() async throws {
        if let claim { try await store.discardStaged(under: claim) }
        result = Result()
        wanted = []
        arrived = []
        staged = []
        stagedBytes = 0
        progress = SyncProgress(source: source.name)
    }

    private mutating func merge(_ snapshot: any Snapshot) async throws {
        var merge = Merge()
        while true {
            switch merge.next() {
            case .needsRemotePage:
                let page = try await snapshot.nextPage()
                for problem in page?.problems ?? [] { try await note(problem) }
                progress.files += page?.files.count ?? 0
                report(progress)
                do {
                    try merge.add(remote: page?.files)
                } catch {
                    throw BackendError(
                        .malformed,
                        "the listing is out of order: \"\(EscapedName(error.path.string))\" comes after "
                            + "\"\(EscapedName(error.previous.string))\"; nothing was changed")
                }
                try Task.checkCancellation()
            case .needsKnownPage(let last):
                merge.add(known: try await store.knownFiles(of: source.id, after: last, limit: RemotePage.longest))
            case .added(let file):
                try await want(file, known: nil, from: snapshot)
            case .candidate(let file, let known):
                try await want(file, known: known, from: snapshot)
            case .unchanged(let path):
                result.counts.unchanged += 1
                try await retryLink(path)
            case .removed(let known):
                result.counts.removed += 1
                try await stage(.removed(known.path), bytes: 0)
            case .problem(let problem):
                try await note(problem)
            case .finished:
                try await announceWanted(to: snapshot)
                try await readArrived(from: snapshot)
                if let failure = result.failureOfAll { throw failure }
                // Files are read in any order, and of two that make the same name the first gets it.
                result.patterned.sort { ($0.path, $0.pattern?.number ?? 0) < ($1.path, $1.pattern?.number ?? 0) }
                try await flush()
                return
            }
        }
    }

    private mutating func want(_ file: RemoteFile, known: KnownFile?, from snapshot: any Snapshot) async throws {
        if let problem = file.size.flatMap({ selection.problem(ofSize: $0, at: file.path) }) {
            try await note(problem)
            return
        }
        if claim == nil, known == nil {
            result.counts.added += 1
            return
        }
        wanted.append(Wanted(file: file, known: known))
        if wanted.count >= Self.longestBatch { try await announceWanted(to: snapshot) }
    }

    /// Has the remote send the batch while the one before is read.
    private mutating func announceWanted(to snapshot: any Snapshot) async throws {
        guard !wanted.isEmpty else { return }
        let batch = wanted
        wanted = []
        async let arrival: Void = snapshot.prefetch(batch.map(\.file))
        try await readArrived(from: snapshot)
        try await arrival
        arrived = batch
    }

    /// Reads the batch that has arrived, several files at once, and stages what is new as it comes in.
    private mutating func readArrived(from snapshot: any Snapshot) async throws {
        guard !arrived.isEmpty else { return }
        var rest = arrived[...]
        arrived = []
        let read = ContentReading(store: store, selection: selection, snapshot: snapshot, claim: claim)
        try await withThrowingTaskGroup(of: ContentReading.Outcome.self) { group in
            for next in rest.prefix(readsAtOnce) { group.addTask { try await read(next) } }
            rest = rest.dropFirst(readsAtOnce)
            while let outcome = try await group.next() {
                if let next = rest.popFirst() { group.addTask { try await read(next) } }
                if let failure = try await take(outcome) { try await confirm(failure, with: read) }
            }
        }
    }

    /// Ends the sync with `failure`, unless a file that was read before can be read again: then the remote is there,
    /// and what fails are these files.
    private mutating func confirm(_ failure: BackendError, with read: ContentReading) async throws {
        guard let example = result.readings.example, try await read.comesThrough(example) else { throw failure }
        result.readings.endRun()
    }

    /// - Returns: why the remote as a whole may be gone, if this outcome raises that doubt.
    private mutating func take(_ outcome: ContentReading.Outcome) async throws -> BackendError? {
        progress.fetched += 1
        progress.bytes += outcome.size
        report(progress)
        switch outcome.change {
        case .failure(let problem):
            try await note(problem)
            return result.readings.note(problem, readsAtOnce: readsAtOnce)
        case .success(let change):
            result.readings.note(outcome.file)
            switch change {
            case .added(let file):
                result.counts.added += 1
                try await link(file.path)
            case .modified(let file):
                result.counts.modified += 1
                try await retryLink(file.path)
            case .removed: result.counts.removed += 1
            case .touched(let path, _, _):
                result.counts.touched += 1
                try await retryLink(path)
            }
            try await stage(change, bytes: Int(outcome.size))
            return nil
        }
    }

    /// Makes an object for a new file, for each pattern link that matches it.
    private mutating func link(_ path: RelativePath) async throws {
        for pattern in patterns {
            do {
                if let object = try pattern.object(for: path) { result.patterned.append(object) }
            } catch {
                try await note(pattern.settings.problem(error, at: path))
            }
        }
    }

    private mutating func retryLink(_ path: RelativePath) async throws {
        if !retried.isEmpty, retried.contains(EscapedName(path.string)) { try await link(path) }
    }

    private mutating func note(_ problem: FileProblem) async throws {
        if result.problems.count >= SyncReport.longestProblemList, linkedNames == nil {
            linkedNames = try await loadLinkedNames()
        }
        result.note(problem, isLinked: linkedNames?.contains(problem.name) ?? false)
    }

    private func loadLinkedNames() async throws -> Set<EscapedName> {
        var names: Set<EscapedName> = []
        for object in try await store.objects(of: nil) {
            guard let link = object.link, link.source == source.name else { continue }
            names.insert(EscapedName(link.path.string))
            for folder in link.path.folders where !names.insert(EscapedName(folder.string)).inserted { break }
        }
        return names
    }

    private mutating func stage(_ change: FileChange, bytes: Int) async throws {
        guard claim != nil else { return }
        staged.append(change)
        stagedBytes += min(bytes, ContentReceiver.largestInMemory)
        if staged.count >= Self.mostStaged || stagedBytes >= Self.mostStagedBytes { try await flush() }
    }

    private mutating func flush() async throws {
        guard let claim, !staged.isEmpty else { return }
        try await store.stage(staged, under: claim)
        staged.removeAll(keepingCapacity: true)
        stagedBytes = 0
    }
}
