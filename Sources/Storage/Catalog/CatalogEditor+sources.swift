internal import Model

extension CatalogEditor {
    func addSource(_ settings: DataSourceSettings) throws {
        let id: SourceID? = try db.value(
            SourceSQL.add, settings.name, settings.type, settings.isEnabled, settings.description,
            settings.ignoreRules, settings.syncInterval, now)
        guard let id else { throw StoreError.nameTaken("data source \"\(settings.name)\"") }
        try db.keepSecrets(of: try sealer.seal(settings, of: id, over: nil), id)
        try audit(.add, .dataSource, settings.name.description)
    }

    /// The files stay; the next sync merges them under the new settings.
    func changeSource(_ id: SourceID, to settings: DataSourceSettings, note: String?) throws {
        let before = try source(id).settings
        let holder: SourceID? = try db.value(SourceSQL.idOfName, settings.name)
        guard holder == nil || holder == id else { throw StoreError.nameTaken("data source \"\(settings.name)\"") }
        let settings = try sealer.seal(settings, of: id, over: before)
        try db.run(
            SourceSQL.change, settings.name, settings.type, settings.isEnabled, settings.description,
            settings.ignoreRules, settings.syncInterval, now, id)
        try db.keepSecrets(of: settings, id)
        let detail = [settings.changes(from: before).description, note].compactMap { $0 }.joined(separator: "; ")
        try audit(.change, .dataSource, settings.name.description, detail: detail)
    }

    func removeSource(_ id: SourceID) throws {
        let name = try source(id).name
        let objects = try db.all(LinkSQL.objectsLinkedToSource, id) { columns in try columns.reference().description }
        let patterns = try db.all(LinkSQL.patternsOfSource, id) { columns in
            "pattern \(try columns.next(as: String.self))"
        }
        guard objects.isEmpty, patterns.isEmpty else {
            throw StoreError.inUse("data source \"\(name)\"", by: objects + patterns)
        }
        try db.run(ContentSQL.nominateSource, id)
        try db.run(SourceSQL.removeVersions, id)
        try db.run(SourceSQL.removeProblems, id)
        try db.run(SourceSQL.removeGenerations, id)
        try db.overwritingWhatGoes { try db.run(SourceSQL.remove, id) }
        try audit(.delete, .dataSource, name.description)
    }

    /// Throws `.notFound`.
    private func source(_ id: SourceID) throws -> DataSource {
        guard let source = try db.first(SourceSQL.withID, id, read: { columns in try columns.dataSource(at: now) })
        else { throw StoreError.notFound("data source with the number \(id.number)") }
        return source
    }
}

extension DataSourceSettings {
    fileprivate func changes(from before: DataSourceSettings) -> ChangedFields {
        var changes = ChangedFields()
        changes.note("name", before.name.description, name.description)
        changes.note("type", before.type, type)
        changes.note("source_url", before.sourceURL.raw, sourceURL.raw)
        if !changes.names.contains("source_url") {
            changes.note("source_url", before.sourceURL.sealed != sourceURL.sealed)
        }
        changes.note("enabled", before.isEnabled != isEnabled)
        changes.note("description", before.description, description)
        changes.note("ignore_rules", before.ignoreRules, ignoreRules)
        changes.note("sync_interval", before.syncInterval != syncInterval)
        changes.note(prefix: "parameters.", before.parameters, parameters)
        return changes
    }
}
