internal import Model

extension Connection {
    /// Throws `.claimed` and `.notFound`.
    func takeClaim(
        _ source: SourceID, by holder: ClaimHolder, replacing dead: ClaimHolder?, at now: Timestamp,
        until end: Timestamp
    ) throws -> Claim {
        let taken = try first(
            ClaimSQL.take, holder.machine, holder.processID, holder.processStart, now, end, source,
            dead?.machine, dead?.processID, dead?.processStart
        ) { columns in
            let name: SourceName = try columns.next()
            let number: Int64 = try columns.next()
            let claim = Claim(source: source, name: name, number: number, generation: try columns.next())
            return (claim: claim, hasStaged: try columns.next(as: Bool.self))
        }
        guard let taken else { throw try reasonNotToClaim(source) }
        if taken.hasStaged { try discardStaged(of: source, after: taken.claim.generation) }
        return taken.claim
    }

    private func reasonNotToClaim(_ source: SourceID) throws -> StoreError {
        let holder = try first(ClaimSQL.holder, source) { columns in
            let name: SourceName = try columns.next()
            let holder = ClaimHolder(
                machine: try columns.next(), processID: try columns.next(), processStart: try columns.next())
            return StoreError.claimed(name, by: holder, since: try columns.next())
        }
        return holder ?? .notFound("data source with the number \(source.number)")
    }

    /// Whether rows are staged under the claim. Throws `.claimLost`.
    func hasStaged(under claim: Claim) throws -> Bool {
        guard let hasStaged: Bool = try value(ClaimSQL.held, claim.source, claim.number) else {
            throw StoreError.claimLost(claim.name)
        }
        return hasStaged
    }

    /// Puts a source's files back to how `generation` has them.
    func discardStaged(of source: SourceID, after generation: Generation) throws {
        try run(ContentSQL.nominateStaged, source, generation)
        try run(StagingSQL.discard, source, generation)
        try run(StagingSQL.reopen, source, generation)
        try run(ClaimSQL.noteDiscarded, source)
        try acquitNamedContent()
    }
}
