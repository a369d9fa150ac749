internal import Model

extension Columns {
    /// The columns of `AccessSQL.users`; the groups are asked for apart.
    mutating func user() throws -> User {
        User(id: try next(), name: try next(), isSuperuser: try next(), isActive: try next(), groups: [])
    }

    /// The columns of `AccessSQL.permissions`; who has it is asked for apart.
    mutating func permission() throws -> (id: Int64, ObjectPermission) {
        (
            try next(),
            ObjectPermission(
                name: try next(), description: try next(), isEnabled: try next(), types: try words(),
                actions: try words(), constraints: try next())
        )
    }

    /// Words that this program does not know grant nothing.
    private mutating func words<Word: RawRepresentable<String>>() throws -> [Word] {
        guard case .array(let words) = try next(as: JSONValue.self) else {
            throw StoreError.unavailable("the store is damaged: an object permission")
        }
        return words.compactMap { word in
            guard case .string(let text) = word else { return nil }
            return Word(rawValue: text)
        }
    }
}

extension Connection {
    func user(named name: String) throws -> User? {
        guard var user = try first(AccessSQL.userNamed, name, read: { columns in try columns.user() }) else {
            return nil
        }
        user.groups = try groups(of: user.id)
        return user
    }

    func users() throws -> [User] {
        var users = try all(AccessSQL.users) { columns in try columns.user() }
        for index in users.indices { users[index].groups = try groups(of: users[index].id) }
        return users
    }

    func groups() throws -> [String] { try all(AccessSQL.groups) { columns in try columns.next() } }

    func permissions() throws -> [ObjectPermission] {
        try all(AccessSQL.permissions) { columns in try columns.permission() }
            .map { id, permission in try complete(permission, id) }
    }

    func groups(of user: UserID) throws -> [String] {
        try all(AccessSQL.groupsOfUser, user) { columns in try columns.next() }
    }

    func permission(named name: String) throws -> (id: Int64, ObjectPermission)? {
        let found = try first(AccessSQL.permissionNamed, name) { columns in try columns.permission() }
        return try found.map { id, permission in (id, try complete(permission, id)) }
    }

    func complete(_ permission: ObjectPermission, _ id: Int64) throws -> ObjectPermission {
        var permission = permission
        permission.users = try all(AccessSQL.usersOfPermission, id) { columns in try columns.next() }
        permission.groups = try all(AccessSQL.groupsOfPermission, id) { columns in try columns.next() }
        return permission
    }

    /// The superuser of a new store.
    func found(by name: String, _ changes: [AccessChange], at now: Timestamp) throws {
        let editor = AccessEditor(db: self, actor: AuditActor(name: name), now: now)
        try editor.make([.addUser(name: name, isSuperuser: true, groups: [])] + changes)
    }
}
