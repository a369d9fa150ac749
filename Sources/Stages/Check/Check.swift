package import Model
package import Permissions

/// Reads all that is kept, says what is not what it was, and fetches that again if asked to.
package struct Check: Sendable {
    private let store: any Store
    private let setup: SourceSetup

    package init(store: any Store, setup: SourceSetup) {
        self.store = store
        self.setup = setup
    }

    /// Looks at everything; changes nothing.
    ///
    /// - Parameter progress: called now and then with how many contents have been read.
    /// - Throws: ``StoreError`` when the database cannot even be read.
    package func callAsFunction(progress: @Sendable (Int) -> Void = { _ in }) async throws -> CheckReport {
        try await inspect(repairing: false, progress: progress)
    }

    /// Looks at everything, and fetches damaged content again from the remotes of the files that name it.
    ///
    /// Content that no remote has any more stays damaged, and reading it stays an error; a file that names it is read
    /// anew by the next sync.
    /// - Parameter permit: asked for each source that is fetched from, at the moment of fetching.
    /// - Throws: ``StoreError``; ``Refusal`` and nothing more is repaired.
    package func repair(
        permit: @Sendable (DataSource) throws -> Permit<Sync>, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> CheckReport {
        var report = try await inspect(repairing: true, progress: progress)
        let sources = Dictionary(try await store.dataSources().map { ($0.id, $0) }) { first, _ in first }
        var refetch = Refetch(store: store, setup: setup, sources: sources)
        do {
            for index in report.findings.indices {
                try Task.checkCancellation()
                report.findings[index].outcome = try await refetch(report.findings[index], permit: permit)
            }
        } catch {
            await refetch.close()
            throw error
        }
        await refetch.close()
        return report
    }

    private func inspect(repairing: Bool, progress: @Sendable (Int) -> Void) async throws -> CheckReport {
        var report = CheckReport(isRepair: repairing)
        report.structure = try await store.structuralFaults()
        if repairing, !report.structure.isEmpty {
            try await store.mendStructure()
            report.structure = try await store.structuralFaults()
        }
        report.caches = await setup.inspectCaches(repairing: repairing)
        var last: Int64?
        while true {
            try Task.checkCancellation()
            let part = try await store.inspectContent(after: last)
            report.contentCount += part.count
            report.contentBytes += part.bytes
            report.findings += try await findings(part.damaged, .damaged)
            progress(report.contentCount)
            guard let next = part.next else { break }
            last = next
        }
        report.findings += try await findings(store.missingContent(), .missing)
        return report
    }

    private func findings(
        _ digests: [Digest], _ fault: CheckReport.Finding.Fault
    ) async throws -> [CheckReport.Finding] {
        zip(digests, try await store.names(of: digests)).map { digest, names in
            CheckReport.Finding(digest: digest, fault: fault, names: names, outcome: .found)
        }
    }
}
