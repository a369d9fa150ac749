internal import Model

/// Taking, keeping and giving back the right to sync.
extension Replicate {
    /// - Throws: ``StoreError``, `.claimed` when the holder may still be running.
    func takeClaim(of source: DataSource, at now: Timestamp) async throws -> Claim {
        do {
            return try await store.claim(
                source.id, by: surroundings.holder, replacing: nil, at: now, lease: Self.lease)
        } catch StoreError.claimed(let name, let holder, let since) {
            guard !surroundings.isAlive(holder) else {
                throw StoreError.claimed(name, by: holder, since: since)
            }
            return try await store.claim(
                source.id, by: surroundings.holder, replacing: holder, at: now, lease: Self.lease)
        }
    }

    /// Runs `operation` and moves the lease's end ahead of it.
    ///
    /// A claim that is lost only ends the renewing: whatever is written under it is refused there.
    func withRenewedLease<Value: Sendable>(
        of claim: Claim, _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await operation() }
            group.addTask {
                await Renewal(lease: Self.lease, clock: surroundings.clock) {
                    try await store.renew(claim, until: surroundings.now().advanced(by: Self.lease))
                }.untilLost()
                return nil
            }
            defer { group.cancelAll() }
            while let ended = try await group.next() {
                if let value = ended { return value }
            }
            throw CancellationError()
        }
    }

    /// Gives back the claim of a sync that was cancelled: the source is as it was.
    func release(_ claim: Claim) async {
        // A task of its own, because the present one is cancelled. A claim that is not given back ends with its lease.
        await Task { try? await store.release(claim) }.value
    }

    /// Gives the claim back and notes why.
    func abandon(_ claim: Claim, failure: String, actor: AuditActor) async {
        let now = surroundings.now()
        let audit = AuditEntry(
            at: now, actor: actor, action: "sync", type: .dataSource, name: claim.name.description,
            detail: "failed: \(failure)")
        // A task of its own, because it must run although the present one may be cancelled. Its error is dropped: the
        // failure that led here is the one to show, and a claim that is not given back ends with its lease.
        await Task { try? await store.abandon(claim, failure: failure, at: now, audit: audit) }.value
    }
}
