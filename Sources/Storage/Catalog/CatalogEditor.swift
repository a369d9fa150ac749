internal import Model

/// Makes changes of the catalog within one transaction, each with its audit row.
struct CatalogEditor {
    let db: Connection
    let actor: AuditActor
    let now: Timestamp
    let sealer: Sealer

    /// - Throws: what `Catalog.change` promises; the transaction is then void.
    func make(_ change: CatalogChange) throws {
        switch change {
        case .addSource(let settings): try addSource(settings)
        case .changeSource(let id, let settings, let note): try changeSource(id, to: settings, note: note)
        case .removeSource(let id): try removeSource(id)
        case .addObject(let draft): try addObject(draft)
        case .changeObject(let id, let draft): try changeObject(id, to: draft)
        case .removeObject(let id): try removeObject(id)
        case .addPattern(let settings, let objects, let problems): try addPattern(settings, objects, problems)
        case .changePattern(let id, let settings): try changePattern(id, to: settings)
        case .removePattern(let id): try removePattern(id)
        }
    }

    func audit(
        _ action: Action, _ type: ObjectType, _ name: String, before: Digest? = nil, after: Digest? = nil,
        detail: String = ""
    ) throws {
        try db.add(
            AuditEntry(
                at: now, actor: actor, action: action.rawValue, type: type, name: name, before: before, after: after,
                detail: detail))
    }
}
