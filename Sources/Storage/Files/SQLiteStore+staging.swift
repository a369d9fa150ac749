package import Model

extension SQLiteStore {
    package func stage(_ changes: [FileChange], under claim: Claim) async throws(StoreError) {
        // Not flushed: what a power cut takes away of staged rows would have been discarded anyway.
        try await engine.write(.withNext) { db in
            var staging = try Staging(under: claim, on: db)
            for change in changes { try staging.write(change) }
            try staging.finish()
        }
        for case .large(let content as LargeContentWriter) in changes.compactMap(\.staged?.content) {
            content.wasStaged()
        }
    }

    package func discardStaged(under claim: Claim) async throws(StoreError) {
        try await engine.write(.withNext) { db in
            guard try db.hasStaged(under: claim) else { return }
            try db.discardStaged(of: claim.source, after: claim.generation)
        }
    }

    package func makeLargeContent(under claim: Claim?) -> any LargeContent {
        LargeContentWriter(engine: engine, under: claim, clock: clock)
    }
}

extension FileChange {
    fileprivate var staged: StagedFile? {
        switch self {
        case .added(let file), .modified(let file): file
        case .removed, .touched: nil
        }
    }
}
