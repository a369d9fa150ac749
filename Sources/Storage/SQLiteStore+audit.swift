package import Model

extension SQLiteStore {
    package func auditRows(before number: Int64?, limit: Int) async throws(StoreError) -> [AuditRow] {
        try await engine.read { db in
            try db.all(AuditSQL.pageBefore, number ?? .max, limit) { columns in
                let number: Int64 = try columns.next()
                let at: Timestamp = try columns.next()
                let actor = try columns.actor()
                let entry = AuditEntry(
                    at: at, actor: actor, action: try columns.next(), type: try columns.next(),
                    name: try columns.next(), before: try columns.next(), after: try columns.next(),
                    revision: try columns.next(as: String?.self).map { Revision($0) }, detail: try columns.next())
                return AuditRow(number: number, entry: entry)
            }
        }
    }
}

extension Columns {
    mutating func actor() throws -> AuditActor { AuditActor(name: try next(), actedBy: try next()) }
}

extension Connection {
    func add(_ entry: AuditEntry) throws {
        try run(
            AuditSQL.add, entry.at, entry.actor.name, entry.actor.actedBy, entry.action, entry.type, entry.name,
            entry.before, entry.after, entry.revision?.id, entry.detail)
    }
}
