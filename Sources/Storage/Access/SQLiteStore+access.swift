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
        try await engine.read { db in
            var users = try db.all(AccessSQL.users) { columns in try columns.user() }
            for index in users.indices { users[index].groups = try db.groups(of: users[index].id) }
            return users
        }
    }

    package func groups() async throws(StoreError) -> [String] {
        try await engine.read { db in try db.all(AccessSQL.groups) { columns in try columns.next() } }
    }

    package func permissions() async throws(StoreError) -> [ObjectPermission] {
        try await engine.read { db in
            try db.all(AccessSQL.permissions) { columns in try columns.permission() }
                .map { id, permission in try db.complete(permission, id) }
        }
    }

    package func change(
        _ changes: [AccessChange], by actor: AuditActor, at now: Timestamp
    ) async throws(StoreError) {
        try await engine.write { db in
            try AccessEditor(db: db, actor: actor, now: now).make(changes)
        }
    }
}
