package import Model
internal import Permissions

/// Applies objects that have auto-sync enabled after a sync, as a principal whose grants an administrator decides.
///
/// Only what is plainly out of date: a local edit is never overwritten, and one failure never stops the others. It looks
/// at every such object of the source, not only at those that the last sync moved, so that what an interrupted run left
/// undone is made good by the next.
package struct AutoSync: Sendable {
    /// The user that auto-sync acts as. Revoking its grants stops all of it.
    package static let principalName = "auto-sync"

    /// What a new store begins with: the user, and a permission that an administrator can narrow or take away. It does
    /// nothing until an object has auto-sync enabled.
    package static let founding: [AccessChange] = [
        .addUser(name: principalName, isSuperuser: false, groups: []),
        .addPermission(
            ObjectPermission(
                name: principalName, description: "lets syncs apply objects that have auto-sync enabled",
                types: ObjectKindName.allCases.map(\.objectType), actions: [.sync], users: [principalName])),
    ]

    private let store: any Store
    private let status: Status
    private let apply: Apply

    package init(store: any Store, status: Status, apply: Apply) {
        self.store = store
        self.status = status
        self.apply = apply
    }

    /// - Returns: what was applied, then what was refused.
    /// - Throws: ``StoreError``.
    package func callAsFunction(_ source: DataSource) async throws -> [ApplyReport] {
        let enabled = try await status(LinkedObjectFilter(source: source.name, isAutoSyncOnly: true))
        let waiting = enabled.filter { $0.state != .inSync && $0.state != .sourceMissing }
        guard !waiting.isEmpty else { return [] }
        let authorizer = Authorizer(try await store.principal(named: Self.principalName))
        let (permitted, refused) = authorizer.divideForApply(
            waiting.filter { !$0.object.content.isEdited }, sources: [source])
        let permit = try authorizer.permitApply(permitted, sources: [source])
        return try await apply(permitted, permit: permit, keepsGoing: true, action: .autoApply)
            + waiting.filter(\.object.content.isEdited).map { ApplyReport(refused: $0, .editedLocally) }
            + refused.map { ApplyReport(refused: $0.status, .notPermitted($0.permission.description)) }
    }
}
