package import Model
package import Permissions

/// Stage one: brings a data source's file index up to date with its remote.
///
/// The only way in for every face: command line, API and schedule. Never writes a synced object itself; objects that
/// have auto-sync enabled are applied by ``Apply`` afterwards, as a principal of its own.
package struct Replicate: Sendable {
    /// What somebody may ask of a sync besides that it takes place.
    package struct Options: Sendable {
        /// Says what would change, and keeps nothing.
        package var isDryRun = false
        /// Lets a sync remove more than half of the known files.
        package var allowsRemovals = false

        package init(isDryRun: Bool = false, allowsRemovals: Bool = false) {
            self.isDryRun = isDryRun
            self.allowsRemovals = allowsRemovals
        }
    }

    let store: any Store
    let setup: SourceSetup
    let status: Status
    let autoSync: AutoSync
    let surroundings: Surroundings

    package init(
        store: any Store, setup: SourceSetup, status: Status, autoSync: AutoSync, surroundings: Surroundings
    ) {
        self.store = store
        self.setup = setup
        self.status = status
        self.autoSync = autoSync
        self.surroundings = surroundings
    }

    /// How long a claim lasts without a sign of life.
    package static let lease = Duration.seconds(60)

    /// Syncs the source that `permit` is for.
    ///
    /// - Parameter progress: called from one task, in order, at most once a page and once for each file read.
    /// - Throws: ``SyncError``, or ``StoreError``: `.claimed` when somebody else syncs the source now. The present
    ///   generation stays as it was.
    /// - Cancellation: ends the sync soon, keeps nothing of it and gives the claim back. It comes too late for a sync that
    ///   is committed, which ends as if nobody had cancelled it.
    package func callAsFunction(
        _ source: DataSource, permit: consuming Permit<Sync>, options: Options = Options(),
        progress: @escaping @Sendable (SyncProgress) -> Void = { _ in }
    ) async throws -> SyncReport {
        let actor = permit.use(on: source.id)
        let started = surroundings.now()
        guard source.settings.isEnabled else { throw SyncError.disabled(source.name) }
        if options.isDryRun {
            return try await rehearse(source, options: options, started: started, progress: progress)
        }
        let claim = try await takeClaim(of: source, at: started)
        do {
            // Under the claim, so that settings which make no sense are kept as the reason of a failed sync.
            let ready = try await setup.makeReady(source)
            return try await withRenewedLease(of: claim) {
                try await sync(
                    source, ready, claim: claim, actor: actor, options: options, started: started, progress: progress)
            }
        } catch {
            let cause = named(error, source)
            if error is CancellationError {
                await release(claim)
            } else {
                await abandon(claim, failure: "\(cause)", actor: actor)
            }
            throw cause
        }
    }

    /// The source with the state that the claim was taken over: another sync may have committed since it was looked at.
    private func claimed(_ source: DataSource, _ claim: Claim) async throws -> DataSource {
        guard claim.generation != source.state.generation else { return source }
        guard let present = try await store.dataSource(named: claim.name), present.id == source.id else {
            throw StoreError.claimLost(claim.name)
        }
        // What was permitted, and what the backend was made of, are the settings as they were seen.
        return DataSource(id: source.id, settings: source.settings, state: present.state)
    }

    private func sync(
        _ seen: DataSource, _ ready: SourceSetup.Ready, claim: Claim, actor: AuditActor, options: Options,
        started: Timestamp, progress: @escaping @Sendable (SyncProgress) -> Void
    ) async throws -> SyncReport {
        let source = try await claimed(seen, claim)
        if try await isCurrent(source, ready) {
            return try await settle(source, claim: claim, started: started)
        }
        let patterns = try await store.linkPatterns(of: source.name)
        var transfer = Transfer(
            store: store, selection: ready.selection, source: source, claim: claim, patterns: patterns,
            report: progress)
        transfer.readsAtOnce = surroundings.readsAtOnce
        transfer.retried = try await unlinkable(of: source, patterns)
        let snapshot = try await transfer.run(ready.backend)
        var result = transfer.result
        if !options.allowsRemovals, result.removesTooMuch(ofKnown: source.state.fileCount) {
            await abandon(claim, failure: heldReason(result, source), actor: actor)
            return report(source, .held, result, snapshot, started: started, generation: source.state.generation)
        }
        try Task.checkCancellation()
        let committed = try await store.commit(
            draft(result, ready, revision: snapshot.revision, actor: actor, source: source), under: claim)
        for contested in committed.skipped { result.note(contested.problem) }
        await setup.sweepCaches(isDue: false)
        return report(
            source, committed.generation == source.state.generation ? .unchanged : .synced, result, snapshot,
            started: started, generation: committed.generation,
            followUp: await followUp(source, moved: committed.moved), skipped: committed.skipped)
    }

    /// Files that patterns could make no object of at the last sync: the name may have become free since.
    private func unlinkable(of source: DataSource, _ patterns: [LinkPattern]) async throws -> Set<EscapedName> {
        guard !patterns.isEmpty else { return [] }
        return Set(try await store.problems(of: source.id).filter { $0.kind == .unlinkable }.map(\.name))
    }

    /// Whether the remote is still at the revision that was replicated under the same settings.
    private func isCurrent(_ source: DataSource, _ ready: SourceSetup.Ready) async throws -> Bool {
        guard let known = source.state.revision, source.state.settingsDigest == ready.settingsDigest
        else { return false }
        return try await ready.backend.currentNamedRevision() == NamedRevision(known.revision, ref: known.ref)
    }

    private func settle(_ source: DataSource, claim: Claim, started: Timestamp) async throws -> SyncReport {
        var result = Transfer.Result()
        result.counts.unchanged = source.state.fileCount
        for problem in try await store.problems(of: source.id) { result.note(problem) }
        try await store.settle(claim, at: surroundings.now())
        return report(
            source, .unchanged, result, nil, started: started, generation: source.state.generation,
            followUp: await followUp(source, moved: []))
    }
}
