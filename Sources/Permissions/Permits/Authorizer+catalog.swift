package import Model

/// Permits for what administrators declare.
extension Authorizer {
    /// Permits changes to data sources, objects and links: `add`, `change` or `delete` on each of them.
    ///
    /// A change is allowed if both what is there and what would be there are within the grants, as in NetBox: nobody
    /// moves an object out of, or into, what they may change. A pattern link makes objects later, whatever their names,
    /// so whoever adds one needs `add` for an object that has no name yet: a constraint on names does not hold for it.
    /// - Parameter contents: what the changes were decided on; the permit holds for this version only.
    /// - Throws: ``Refusal`` that names everything refused; nothing is permitted then.
    package func permitChange(
        _ changes: [CatalogChange], in contents: CatalogContents
    ) throws(Refusal) -> Permit<ChangeCatalog> {
        let catalog = CatalogTargets(contents: contents, changes: changes)
        try require(changes.flatMap(catalog.demands))
        return Permit(for: CatalogChanges(changes: changes, version: contents.version), actor: actor)
    }
}

/// What each change of a catalog needs.
private struct CatalogTargets {
    typealias Demand = (action: Action, target: Target)

    private let sources: [SourceName: DataSource]
    /// Sources as the same changes leave them.
    private let declared: [SourceName: DataSourceSettings]
    private let sourcesByID: [SourceID: DataSource]
    private let objects: [ObjectID: SyncedObject]
    private let patterns: [LinkPatternID: LinkPattern]

    init(contents: CatalogContents, changes: [CatalogChange]) {
        sources = Dictionary(contents.sources.map { ($0.name, $0) }) { first, _ in first }
        sourcesByID = Dictionary(contents.sources.map { ($0.id, $0) }) { first, _ in first }
        objects = Dictionary(contents.objects.map { ($0.id, $0) }) { first, _ in first }
        patterns = Dictionary(contents.patterns.map { ($0.id, $0) }) { first, _ in first }
        declared = Dictionary(
            changes.compactMap { change in
                switch change {
                case .addSource(let settings), .changeSource(_, let settings, _): (settings.name, settings)
                default: nil
                }
            }
        ) { _, last in last }
    }

    func demands(of change: CatalogChange) -> [Demand] {
        switch change {
        case .addSource(let settings): [(.add, Target(settings))]
        case .changeSource(let id, let settings, _):
            present(sourcesByID[id].map { Target($0) }, .change, else: Target(settings))
                + [(.change, Target(settings, id: id))]
        case .removeSource(let id):
            present(sourcesByID[id].map { Target($0) }, .delete, else: Target(unknown: .dataSource, id: id.number))
        case .addObject(let draft): [(.add, target(of: draft, id: nil))]
        case .changeObject(let id, let draft):
            present(object(id), .change, else: target(of: draft, id: id)) + [(.change, target(of: draft, id: id))]
        case .removeObject(let id):
            // Whatever kind it was, all of them must be within reach.
            object(id).map { [(.delete, $0)] }
                ?? ObjectKindName.allCases.map { (.delete, Target(unknown: $0.objectType, id: id.number)) }
        case .addPattern(let settings, let made, _):
            [(.add, target(of: settings))] + made.map { (.add, target(of: $0, source: settings.source)) }
        case .changePattern(let id, let settings):
            present(patterns[id].map { target(of: $0.settings) }, .change, else: target(of: settings))
                + [(.change, target(of: settings)), (.add, target(of: settings))]
        case .removePattern(let id):
            patterns[id].map { [(.change, target(of: $0.settings))] }
                ?? ObjectKindName.allCases.map { (.change, Target(unknown: $0.objectType, id: id.number)) }
        }
    }

    private func present(_ target: Target?, _ action: Action, else missing: Target) -> [Demand] {
        [(action, target ?? missing)]
    }

    private func object(_ id: ObjectID) -> Target? {
        objects[id].map { Target($0, source: $0.link.flatMap { sources[$0.source] }) }
    }

    private func target(of draft: ObjectDraft, id: ObjectID?) -> Target {
        Target(
            draft.reference, id: id, fields: draft.fields, link: draft.link,
            source: draft.link.flatMap { linked($0.source) })
    }

    private func target(of object: PatternedObject, source: SourceName) -> Target {
        Target(
            object.reference, id: nil, fields: object.fields,
            link: SyncedObject.Link(source: source, path: object.path, isAutoSyncEnabled: object.isAutoSyncEnabled),
            source: linked(source))
    }

    private func target(of settings: LinkPatternSettings) -> Target {
        Target(settings, source: linked(settings.source))
    }

    private func linked(_ name: SourceName) -> SourceAttributes? {
        if let settings = declared[name] { return SourceAttributes(settings, id: sources[name]?.id) }
        return sources[name].map { SourceAttributes($0) }
    }
}
