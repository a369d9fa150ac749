package import Model

extension SQLiteStore {
    package func principal(named name: String) async throws(StoreError) -> Principal {
        try await engine.read { db in
            guard let user = try db.user(named: name) else { return Principal(userID: nil, name: name) }
            guard user.isActive else { return Principal(userID: user.id, name: name) }
            let permissions = try db.all(AccessSQL.permissionsOfUser, user.id) { columns in try columns.permission() }
            let grants = permissions.map { _, permission in
                Grant(
                    permission: permission.name, types: Set(permission.types), actions: Set(permission.actions),
                    constraints: permission.constraints)
            }
            return Principal(userID: user.id, name: name, isSuperuser: user.isSuperuser, grants: grants)
        }
    }

    package func users() async throws(StoreError) -> [User] {
        try await engine.read { db in try db.users() }
    }

    package func groups() async throws(StoreError) -> [String] {
        try await engine.read { db in try db.groups() }
    }

    package func permissions() async throws(StoreError) -> [ObjectPermission] {
        try await engine.read { db in try db.permissions() }
    }

    package func access() async throws(StoreError) -> AccessContents {
        try await engine.read { db in
            AccessContents(
                version: try db.value(AccessSQL.version) ?? 0, users: try db.users(), groups: try db.groups(),
                permissions: try db.permissions())
        }
    }

    package func change(
        _ changes: [AccessChange], expecting version: Int64?, by actor: AuditActor, at now: Timestamp
    ) async throws(StoreError) {
        try await engine.write { db in
            if let version, try db.value(AccessSQL.hasMoved, version) ?? false { throw StoreError.accessMoved }
            try AccessEditor(db: db, actor: actor, now: now).make(changes)
        }
    }
}
