package import Model

extension SQLiteStore {
    package func claim(
        _ source: SourceID, by holder: ClaimHolder, replacing dead: ClaimHolder?, at now: Timestamp, lease: Duration
    ) async throws(StoreError) -> Claim {
        // Not flushed: a power cut that takes the claim away has ended its holder too.
        let claim = try await engine.write(.withNext) { db in
            try db.takeClaim(source, by: holder, replacing: dead, at: now, until: now.advanced(by: lease))
        }
        await sweep()
        return claim
    }

    package func renew(_ claim: Claim, until end: Timestamp) async throws(StoreError) {
        try await engine.write(.withNext) { db in
            guard try db.run(ClaimSQL.renew, end, claim.source, claim.number) == 1 else {
                throw StoreError.claimLost(claim.name)
            }
        }
    }

    package func settle(_ claim: Claim, at now: Timestamp) async throws(StoreError) {
        // Not flushed: what a power cut takes away is found again by looking at the remote.
        try await engine.write(.withNext) { db in
            if try db.hasStaged(under: claim) { try db.discardStaged(of: claim.source, after: claim.generation) }
            try db.run(ClaimSQL.settle, now, claim.source)
        }
    }

    package func release(_ claim: Claim) async throws(StoreError) {
        try await giveBack(claim) { db in _ = try db.run(ClaimSQL.release, claim.source) }
    }

    package func abandon(
        _ claim: Claim, failure: String, at now: Timestamp, audit: AuditEntry
    ) async throws(StoreError) {
        try await giveBack(claim) { db in
            try db.run(ClaimSQL.abandon, failure, claim.source)
            try db.add(audit)
        }
    }

    /// Discards what was staged and runs `note`, unless the claim was lost.
    private func giveBack(
        _ claim: Claim, _ note: @escaping @Sendable (Connection) throws -> Void
    ) async throws(StoreError) {
        try await engine.write { db in
            do {
                if try db.hasStaged(under: claim) { try db.discardStaged(of: claim.source, after: claim.generation) }
            } catch StoreError.claimLost {
                return  // Whoever took it over has discarded what was staged.
            }
            try note(db)
        }
        await sweep()
    }
}
