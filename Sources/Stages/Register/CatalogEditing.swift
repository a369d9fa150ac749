package import Model
package import Permissions

/// Makes changes to data sources, objects and links that somebody is permitted to make: all of them or none.
package struct CatalogEditing: Sendable {
    private let store: any Store
    private let setup: SourceSetup
    private let now: @Sendable () -> Timestamp

    /// - Parameter setup: knows which directories sources may read, and what is kept of sources outside the store.
    package init(store: any Store, setup: SourceSetup, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.setup = setup
        self.now = now
    }

    /// Decides on changes and makes them.
    ///
    /// - Parameter decide: says what to change in what is there; asked again when somebody else changed the catalog in
    ///   the meantime.
    /// - Throws: as ``callAsFunction(permit:)``; ``Refusal``; what `decide` throws.
    package func callAsFunction(
        by authorizer: Authorizer, _ decide: (CatalogContents) async throws -> [CatalogChange]
    ) async throws {
        try await again(after: .catalogMoved) {
            let contents = try await store.catalog()
            let changes = try await decide(contents)
            try await self(permit: authorizer.permitChange(changes, in: contents))
        }
    }

    /// - Throws: as ``requireAllowed(_:)``; ``StoreError``, `.catalogMoved` when the catalog is not what the permit was
    ///   given on.
    package func callAsFunction(permit: consuming Permit<ChangeCatalog>) async throws {
        let (permitted, actor) = permit.use()
        try await requireAllowed(permitted.changes)
        try await store.change(permitted.changes, expecting: permitted.version, by: actor, at: now())
        let removesSource = permitted.changes.contains { if case .removeSource = $0 { true } else { false } }
        if removesSource { await setup.sweepCaches(isDue: true) }
    }

    /// Refuses sources that would read a directory of this machine that they may not, before anybody is asked to confirm
    /// anything. One that is there already may be changed otherwise: its syncs are refused.
    ///
    /// - Throws: ``BackendError``; ``StoreError``.
    package func requireAllowed(_ changes: [CatalogChange]) async throws {
        let drafts: [(id: SourceID?, settings: DataSourceSettings)] = changes.compactMap { change in
            switch change {
            case .addSource(let settings): (nil, settings)
            case .changeSource(let id, let settings, _): (id, settings)
            default: nil
            }
        }
        guard !drafts.isEmpty, let roots = try await store.storeSettings().localRoots else { return }
        let present = Dictionary(try await store.dataSources().map { ($0.id, $0.settings) }) { first, _ in first }
        for draft in drafts {
            let known = draft.id.flatMap { present[$0] }
            if let known, known.type == draft.settings.type, known.sourceURL.raw == draft.settings.sourceURL.raw {
                continue
            }
            if let refusal = setup.refusal(of: draft.settings, by: roots) { throw refusal }
        }
    }
}
