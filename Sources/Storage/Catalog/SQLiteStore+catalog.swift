package import Model

extension SQLiteStore {
    package func catalog() async throws(StoreError) -> CatalogContents {
        let now = clock()
        return try await engine.read { db in
            CatalogContents(
                version: try db.catalogVersion(),
                sources: try db.dataSources(at: now),
                objects: try db.all(ObjectSQL.all, ObjectKindName?.none) { columns in try columns.syncedObject() },
                patterns: try db.linkPatterns(of: nil))
        }
    }

    package func linkPatterns(of source: SourceName) async throws(StoreError) -> [LinkPattern] {
        try await engine.read { db in try db.linkPatterns(of: source) }
    }

    /// The changes are made in their order: what depends on a source goes before the source does.
    package func change(
        _ changes: [CatalogChange], expecting version: Int64?, by actor: AuditActor, at now: Timestamp
    ) async throws(StoreError) {
        let keys = keys
        try await engine.write { db in
            if let version, try db.catalogVersion() != version { throw StoreError.catalogMoved }
            let sealer = Sealer(keys) { try db.hasSealed() }
            let editor = CatalogEditor(db: db, actor: actor, now: now, sealer: sealer)
            for change in changes { try editor.make(change) }
            // Once for all that was removed: each look goes through all files.
            if try db.value(ContentSQL.hasUnnamed) ?? false { try db.acquitNamedContent() }
            if !changes.isEmpty { try db.run(CatalogSQL.advance) }
        }
        await sweep()
    }
}

extension Connection {
    func catalogVersion() throws -> Int64 { try value(CatalogSQL.version) ?? 0 }

    func linkPatterns(of source: SourceName?) throws -> [LinkPattern] {
        try all(LinkSQL.patterns, source) { columns in try columns.linkPattern() }
    }
}
