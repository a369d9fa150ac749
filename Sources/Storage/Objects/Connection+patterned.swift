internal import Model

/// What became of an object that a pattern link makes for a file.
enum PatternedOutcome {
    case made
    /// Made in place of an object of another source's pattern.
    case madeInPlaceOf(SourceID, SyncedObject.Link)
    /// The object of this name follows this very file.
    case linkedAlready
    /// By an object that follows this; nil when it follows no file.
    case nameTaken(by: SyncedObject.Link?)
}

extension Connection {
    /// Makes the object, empty and never applied, unless its name is taken.
    ///
    /// Between patterns of two sources the name belongs to the one that was added first, as long as nobody has touched
    /// the other's object: what somebody applied or edited is never taken away.
    func add(
        _ object: PatternedObject, pattern: LinkPatternID, source: SourceID, at now: Timestamp
    ) throws -> PatternedOutcome {
        if try insert(object, pattern, source, now) { return .made }
        let reference = object.reference
        guard
            let (holder, holderSource) = try first(
                ObjectSQL.named, reference.kind, reference.name,
                read: { columns in (try columns.syncedObject(), try columns.next(as: SourceID?.self)) })
        else { throw StoreError.unavailable("the store is damaged: a name that is taken by nobody") }
        guard let link = holder.link, let holderSource else { return .nameTaken(by: nil) }
        if holderSource == source, link.path == object.path { return .linkedAlready }
        guard link.pattern != nil, source.number < holderSource.number, holder.isUntouched else {
            return .nameTaken(by: link)
        }
        try run(ObjectSQL.remove, holder.id)
        guard try insert(object, pattern, source, now) else { return .nameTaken(by: link) }
        return .madeInPlaceOf(holderSource, link)
    }

    private func insert(
        _ object: PatternedObject, _ pattern: LinkPatternID, _ source: SourceID, _ now: Timestamp
    ) throws -> Bool {
        let id: ObjectID? = try value(
            ObjectSQL.add, object.reference.kind, object.reference.name, JSONValue.object(object.fields), source,
            object.path, object.isAutoSyncEnabled, pattern, Digest?.none, Timestamp?.none, now)
        return id != nil
    }
}

extension SyncedObject {
    /// Whether it is still as a pattern made it: never applied, never edited.
    fileprivate var isUntouched: Bool { content == ContentState() && lastUpdated == created }
}
