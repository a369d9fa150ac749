package import Model

extension SQLiteStore {
    package func storeSettings() async throws(StoreError) -> StoreSettings {
        try await engine.read { db in StoreSettings(localRoots: try db.localRoots()) }
    }

    package func change(
        _ change: StoreSettingChange, by actor: AuditActor, at now: Timestamp
    ) async throws(StoreError) {
        try await engine.write { db in
            let detail: String
            switch change {
            case .localRoots(let roots):
                guard try db.localRoots() != roots else { return }
                if let roots {
                    try db.run(SettingSQL.set, change.name.rawValue, JSONValue.array(roots.map { .string($0) }))
                } else {
                    try db.run(SettingSQL.unset, change.name.rawValue)
                }
                detail = roots.map { $0.isEmpty ? "none" : $0.joined(separator: ", ") } ?? ""
            }
            try db.add(
                AuditEntry(
                    at: now, actor: actor, action: detail.isEmpty ? "unset" : "set", type: .configRevision,
                    name: change.name.rawValue, detail: detail))
        }
    }
}

extension Connection {
    fileprivate func localRoots() throws -> [String]? {
        guard let value: JSONValue = try value(SettingSQL.value, StoreSettingName.localRoots.rawValue) else {
            return nil
        }
        guard case .array(let roots) = value else { throw Self.damage }
        return try roots.map { root in
            guard case .string(let path) = root else { throw Self.damage }
            return path
        }
    }

    private static let damage = StoreError.unavailable("the store is damaged: its settings")
}
