internal import Model

/// Rehearsals, and what a sync says about itself.
extension Replicate {
    /// A dry run: the same listing and the same merge, without a claim; nothing is kept.
    func rehearse(
        _ source: DataSource, options: Options, started: Timestamp,
        progress: @escaping @Sendable (SyncProgress) -> Void
    ) async throws -> SyncReport {
        let ready = try await setup.makeReady(source)
        var transfer = Transfer(
            store: store, selection: ready.selection, source: source, claim: nil, patterns: [], report: progress)
        transfer.readsAtOnce = surroundings.readsAtOnce
        do {
            let snapshot = try await transfer.run(ready.backend)
            let result = transfer.result
            let isHeld = !options.allowsRemovals && result.removesTooMuch(ofKnown: source.state.fileCount)
            return report(
                source, isHeld ? .held : result.counts.changesContent ? .synced : .unchanged, result, snapshot,
                started: started, generation: source.state.generation, isDryRun: true)
        } catch {
            throw named(error, source)
        }
    }

    func report(
        _ source: DataSource, _ outcome: SyncReport.Outcome, _ result: Transfer.Result, _ snapshot: (any Snapshot)?,
        started: Timestamp, generation: Generation, isDryRun: Bool = false, followUp: FollowUp = FollowUp(),
        skipped: [ContestedObject] = []
    ) -> SyncReport {
        SyncReport(
            source: source.name, outcome: outcome, isDryRun: isDryRun, counts: result.counts,
            problems: result.problems, problemCount: result.problemCount, hasUnsettled: result.hasUnsettled,
            bytesTransferred: snapshot?.bytesTransferred ?? 0, duration: max(.zero, surroundings.now().since(started)),
            revision: snapshot == nil ? source.state.revision : snapshot?.revision,
            notices: notices(source, snapshot?.revision), generation: generation,
            newlyOutOfDate: followUp.newlyOutOfDate, autoApplied: followUp.autoApplied, objectsFault: followUp.fault,
            skipped: skipped,
            warnings: setup.type(of: source)?.warnings(source.settings) ?? [])
    }

    /// What there is to say about the revision that was found, compared with the one before it.
    private func notices(_ source: DataSource, _ found: RevisionDetails?) -> [String] {
        [MovedTag(from: source.state.revision, to: found)].compactMap { $0?.description }
    }

    func draft(
        _ result: Transfer.Result, _ ready: SourceSetup.Ready, revision: RevisionDetails?, actor: AuditActor,
        source: DataSource
    ) -> GenerationDraft {
        let now = surroundings.now()
        let counts = result.counts
        let changes =
            "\(counts.added) added, \(counts.modified) modified, \(counts.removed) removed, \(counts.touched) touched"
        let detail = ([changes] + notices(source, revision)).joined(separator: "; ")
        return GenerationDraft(
            counts: counts, revision: revision, settledSettings: result.hasUnsettled ? nil : ready.settingsDigest,
            problems: result.problems, patterned: result.patterned, committedAt: now,
            audit: AuditEntry(
                at: now, actor: actor, action: "sync", type: .dataSource, name: source.name.description,
                revision: revision?.revision, detail: detail))
    }

    func heldReason(_ result: Transfer.Result, _ source: DataSource) -> String {
        "held: it would remove \(result.counts.removed) of \(source.state.fileCount) files\n"
            + "-> if that is right, run `sluice sync \(ShellWord(source.name)) --allow-removals`"
    }

    /// Puts the source's name and URL to an error of its remote.
    func named(_ error: any Error, _ source: DataSource) -> any Error {
        guard let remote = error as? BackendError else { return error }
        return SyncError.remote(source.name, url: source.settings.sourceURL, remote)
    }
}
