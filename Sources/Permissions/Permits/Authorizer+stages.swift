package import Model

/// Permits for the two stages.
extension Authorizer {
    /// Permits one sync of one data source: `core.sync_datasource`.
    package func permitSync(_ source: DataSource) throws(Refusal) -> Permit<Sync> {
        try require(.sync, [Target(source)])
        return Permit(for: source.id, actor: actor)
    }

    /// Permits putting content into objects: `extras.sync_configtemplate` and the like, on each of them.
    ///
    /// - Parameter sources: the data sources that the objects are linked to, among others. Of a source that is left out
    ///   only name and id are known, so a constraint on anything else of it does not hold.
    /// - Throws: ``Refusal`` that names every object refused; nothing is permitted then.
    package func permitApply(
        _ objects: [ObjectStatus], sources: [DataSource]
    ) throws(Refusal) -> Permit<ApplyContent> {
        try require(.sync, Self.targets(objects, sources))
        return Permit(for: Set(objects.map(\.object.id)), actor: actor)
    }

    /// Which of `objects` ``permitApply(_:sources:)`` permits, in their order, and which it refuses for want of which
    /// permission.
    package func divideForApply(
        _ objects: [ObjectStatus], sources: [DataSource]
    ) -> (permitted: [ObjectStatus], refused: [(status: ObjectStatus, permission: PermissionName)]) {
        var permitted: [ObjectStatus] = []
        var refused: [(status: ObjectStatus, permission: PermissionName)] = []
        for (status, target) in zip(objects, Self.targets(objects, sources)) {
            if allows(.sync, target) {
                permitted.append(status)
            } else {
                refused.append((status, PermissionName(.sync, target.type)))
            }
        }
        return (permitted, refused)
    }

    private static func targets(_ objects: [ObjectStatus], _ sources: [DataSource]) -> some Sequence<Target> {
        let known = Dictionary(sources.map { ($0.name, SourceAttributes($0)) }) { first, _ in first }
        return objects.lazy.map { Target($0.object, source: known[$0.link.source], sourceID: $0.sourceID) }
    }
}
