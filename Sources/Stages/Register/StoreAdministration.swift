package import Model
package import Permissions

/// Changes what concerns the store as a whole: its settings and its key.
package struct StoreAdministration: Sendable {
    private let store: any Store
    private let now: @Sendable () -> Timestamp

    package init(store: any Store, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.now = now
    }

    /// - Returns: what became of the key; nil when the permit was for something else.
    /// - Throws: ``StoreError``.
    @discardableResult
    package func callAsFunction(permit: consuming Permit<AdministerStore>) async throws -> KeyRotation? {
        let (deed, actor) = permit.use()
        switch deed {
        case .change(let change):
            try await store.change(change, by: actor, at: now())
            return nil
        case .rotateKey: return try await store.rotateKey(by: actor, at: now())
        }
    }
}
