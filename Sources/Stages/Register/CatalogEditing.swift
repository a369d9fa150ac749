package import Model
package import Permissions

/// Makes changes to data sources, objects and links that somebody was permitted to make: all of them or none.
package struct CatalogEditing: Sendable {
    private let store: any Store
    private let setup: SourceSetup?
    private let now: @Sendable () -> Timestamp

    /// - Parameter setup: knows what is kept of sources outside the store.
    package init(store: any Store, setup: SourceSetup? = nil, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.setup = setup
        self.now = now
    }

    /// - Throws: ``StoreError``, `.catalogMoved` when the catalog is not what the permit was given on.
    package func callAsFunction(permit: consuming Permit<ChangeCatalog>) async throws {
        let (permitted, actor) = permit.use()
        try await store.change(permitted.changes, expecting: permitted.version, by: actor, at: now())
        let removesSource = permitted.changes.contains { if case .removeSource = $0 { true } else { false } }
        if removesSource { await setup?.sweepCaches(isDue: true) }
    }
}
