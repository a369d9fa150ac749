package import Model

extension SQLiteStore {
    package func dataSources() async throws(StoreError) -> [DataSource] {
        let now = clock()
        return try await engine.read { db in try db.dataSources(at: now) }
    }

    package func dataSource(named name: SourceName) async throws(StoreError) -> DataSource? {
        let now = clock()
        return try await engine.read { db in
            try db.first(SourceSQL.named, name) { columns in try columns.dataSource(at: now) }
        }
    }

    package func problems(of source: SourceID) async throws(StoreError) -> [FileProblem] {
        try await engine.read { db in
            try db.all(SourceSQL.problems, source) { columns in try columns.fileProblem() }
        }
    }
}
