internal import Model

extension CatalogEditor {
    func addObject(_ draft: ObjectDraft) throws {
        let (kind, name) = (draft.reference.kind, draft.reference.name)
        let link = try link(draft.link)
        let id: ObjectID? = try db.value(
            ObjectSQL.add, kind, name, JSONValue.object(draft.fields), link.source, link.path, link.isAutoSync,
            link.pattern, draft.content?.digest, draft.content.map { _ in now }, now)
        guard let id else { throw StoreError.nameTaken("\(kind.label) \"\(name)\"") }
        if let content = draft.content { try put(content, into: id, replacing: nil, action: .create) }
        try audit(.add, kind.objectType, name.description, after: draft.content?.digest)
    }

    func changeObject(_ id: ObjectID, to draft: ObjectDraft) throws {
        let before = try object(id)
        let (kind, name) = (draft.reference.kind, draft.reference.name)
        let holder = try db.first(ObjectSQL.named, kind, name) { columns in try columns.syncedObject().id }
        guard holder == nil || holder == id else { throw StoreError.nameTaken("\(kind.label) \"\(name)\"") }
        let link = try link(draft.link)
        try db.run(
            ObjectSQL.change, link.source, link.path, kind, name, JSONValue.object(draft.fields), link.isAutoSync,
            link.pattern, now, id)
        let present = before.content.present
        if let content = draft.content, content.digest != present {
            try db.run(ObjectSQL.edit, content.digest, now, id)
            try put(content, into: id, replacing: present, action: .edit)
        }
        try audit(
            .change, kind.objectType, name.description, before: present, after: draft.content?.digest ?? present,
            detail: draft.changes(from: before).description)
    }

    func removeObject(_ id: ObjectID) throws {
        let object = try object(id)
        try db.run(ContentSQL.nominateObject, id)
        try db.run(ObjectSQL.removeRevisions, id)
        try db.run(ObjectSQL.remove, id)
        try audit(
            .delete, object.reference.kind.objectType, object.reference.name.description,
            before: object.content.present)
    }

    private func put(
        _ content: ObjectContent, into id: ObjectID, replacing before: Digest?, action: ObjectRevision.Action
    ) throws {
        try db.keep(content.bytes, digest: content.digest)
        try db.addRevision(of: id, at: now, by: actor, action: action, before: before, content: content.digest)
    }

    private func object(_ id: ObjectID) throws -> SyncedObject {
        guard let object = try db.first(ObjectSQL.withID, id, read: { columns in try columns.syncedObject() }) else {
            throw StoreError.notFound("object with the number \(id.number)")
        }
        return object
    }

    /// A link as its columns; all empty for nil. Throws `.notFound` for its source or pattern.
    private func link(
        _ link: SyncedObject.Link?
    ) throws -> (source: SourceID?, path: RelativePath?, isAutoSync: Bool, pattern: LinkPatternID?) {
        guard let link else { return (nil, nil, false, nil) }
        let source = try db.sourceID(of: link.source)
        if let pattern = link.pattern { _ = try self.pattern(pattern) }
        return (source, link.path, link.isAutoSyncEnabled, link.pattern)
    }
}

extension ObjectDraft {
    fileprivate func changes(from before: SyncedObject) -> ChangedFields {
        var changes = ChangedFields()
        changes.note("kind", before.reference.kind != reference.kind)
        changes.note("name", before.reference.name.description, reference.name.description)
        changes.note(prefix: "", before.fields, fields)
        changes.note("data_source", before.link?.source.description, link?.source.description)
        changes.note("data_path", before.link?.path != link?.path)
        changes.note("auto_sync_enabled", before.link?.isAutoSyncEnabled ?? false != link?.isAutoSyncEnabled ?? false)
        changes.note("content", content.map { $0.digest != before.content.present } ?? false)
        return changes
    }
}
