internal import Model

/// Changes who may do what within one transaction, each change with its audit row.
struct AccessEditor {
    let db: Connection
    let actor: AuditActor
    let now: Timestamp

    /// - Throws: `.nameTaken`, `.notFound`, `.lastSuperuser`; the transaction is then void.
    func make(_ changes: [AccessChange]) throws {
        for change in changes { try make(change) }
        guard try db.value(AccessSQL.anySuperuser) as Int64? != nil else { throw StoreError.lastSuperuser }
    }

    private func make(_ change: AccessChange) throws {
        switch change {
        case .addUser(let name, let isSuperuser, let groups):
            try addUser(name, isSuperuser: isSuperuser, groups: groups)
        case .changeUser(let name, let isSuperuser, let isActive, let groups):
            try changeUser(name, isSuperuser: isSuperuser, isActive: isActive, groups: groups)
        case .removeUser(let name):
            guard try db.run(AccessSQL.removeUser, name) == 1 else { throw StoreError.notFound("user \"\(name)\"") }
            try audit(.delete, .user, name)
        case .addGroup(let name):
            guard try db.value(AccessSQL.addGroup, name) as Int64? != nil else {
                throw StoreError.nameTaken("group \"\(name)\"")
            }
            try audit(.add, .group, name)
        case .removeGroup(let name):
            guard try db.run(AccessSQL.removeGroup, name) == 1 else { throw StoreError.notFound("group \"\(name)\"") }
            try audit(.delete, .group, name)
        case .addPermission(let permission): try addPermission(permission)
        case .changePermission(let permission): try changePermission(permission)
        case .removePermission(let name):
            guard try db.run(AccessSQL.removePermission, name) == 1 else {
                throw StoreError.notFound("object permission \"\(name)\"")
            }
            try audit(.delete, .objectPermission, name)
        }
    }

    private func addUser(_ name: String, isSuperuser: Bool, groups: [String]) throws {
        guard let id: UserID = try db.value(AccessSQL.addUser, name, isSuperuser, true) else {
            throw StoreError.nameTaken("user \"\(name)\"")
        }
        try join(groups, id)
        try audit(.add, .user, name, detail: isSuperuser ? "superuser" : "")
    }

    private func changeUser(_ name: String, isSuperuser: Bool, isActive: Bool, groups: [String]) throws {
        guard let before = try db.user(named: name) else { throw StoreError.notFound("user \"\(name)\"") }
        try db.run(AccessSQL.changeUser, isSuperuser, isActive, before.id)
        try db.run(AccessSQL.leaveGroups, before.id)
        try join(groups, before.id)
        var changes = ChangedFields()
        changes.note("is_superuser", before.isSuperuser != isSuperuser)
        changes.note("is_active", before.isActive != isActive)
        changes.note("groups", before.groups, groups)
        try audit(.change, .user, name, detail: changes.description)
    }

    private func join(_ groups: [String], _ user: UserID) throws {
        for group in groups { try db.run(AccessSQL.joinGroup, user, try groupID(of: group)) }
    }

    private func groupID(of name: String) throws -> Int64 {
        guard let id: Int64 = try db.value(AccessSQL.groupNamed, name) else {
            throw StoreError.notFound("group \"\(name)\"")
        }
        return id
    }

    private func addPermission(_ permission: ObjectPermission) throws {
        let id: Int64? = try db.value(
            AccessSQL.addPermission, permission.name, permission.description, permission.isEnabled,
            json(permission.types), json(permission.actions), permission.constraints)
        guard let id else { throw StoreError.nameTaken("object permission \"\(permission.name)\"") }
        try give(permission, id)
        try audit(.add, .objectPermission, permission.name)
    }

    private func changePermission(_ permission: ObjectPermission) throws {
        guard let (id, before) = try db.permission(named: permission.name) else {
            throw StoreError.notFound("object permission \"\(permission.name)\"")
        }
        try db.run(
            AccessSQL.changePermission, permission.description, permission.isEnabled, json(permission.types),
            json(permission.actions), permission.constraints, id)
        try db.run(AccessSQL.withdrawFromUsers, id)
        try db.run(AccessSQL.withdrawFromGroups, id)
        try give(permission, id)
        var changes = ChangedFields()
        changes.note("description", before.description, permission.description)
        changes.note("enabled", before.isEnabled != permission.isEnabled)
        changes.note("object_types", Set(before.types) != Set(permission.types))
        changes.note("actions", Set(before.actions) != Set(permission.actions))
        changes.note("constraints", before.constraints != permission.constraints)
        changes.note("users", before.users, permission.users)
        changes.note("groups", before.groups, permission.groups)
        try audit(.change, .objectPermission, permission.name, detail: changes.description)
    }

    private func give(_ permission: ObjectPermission, _ id: Int64) throws {
        for name in permission.users {
            guard let user = try db.user(named: name) else { throw StoreError.notFound("user \"\(name)\"") }
            try db.run(AccessSQL.giveToUser, id, user.id)
        }
        for name in permission.groups { try db.run(AccessSQL.giveToGroup, id, try groupID(of: name)) }
    }

    private func json(_ words: [some RawRepresentable<String>]) -> JSONValue {
        .array(words.map { .string($0.rawValue) })
    }

    private func audit(_ action: Action, _ type: ObjectType, _ name: String, detail: String = "") throws {
        try db.add(
            AuditEntry(at: now, actor: actor, action: action.rawValue, type: type, name: name, detail: detail))
    }
}
