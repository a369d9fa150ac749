internal import Model

extension Connection {
    func dataSources(at now: Timestamp) throws -> [DataSource] {
        try all(SourceSQL.all) { columns in try columns.dataSource(at: now) }
    }

    /// Throws `.notFound`.
    func sourceID(of name: SourceName) throws -> SourceID {
        guard let id: SourceID = try value(SourceSQL.idOfName, name) else {
            throw StoreError.notFound("data source \"\(name)\"")
        }
        return id
    }

    /// `.none` for a source that does not exist.
    func presentGeneration(of source: SourceID) throws -> Generation {
        try value(SourceSQL.presentGeneration, source) ?? .none
    }
}
