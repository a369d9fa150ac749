/// Users, groups and object permissions.
package protocol AccessIndex: Sendable {
    /// The user of this name as a principal, with the enabled grants of the user and of their groups; a principal
    /// without any when the store does not know the name or the user is not active.
    func principal(named name: String) async throws -> Principal

    /// In name order, as are the others.
    func users() async throws -> [User]
    func groups() async throws -> [String]
    func permissions() async throws -> [ObjectPermission]

    /// All of them as they are at one moment, with the version that a change is conditional on.
    func access() async throws -> AccessContents

    /// Makes all changes or none, with an audit row for each.
    ///
    /// - Parameter version: the version that the changes were decided on; nil to make them whatever it is.
    /// - Throws: `.accessMoved`, `.nameTaken`, `.notFound`, `.lastSuperuser`.
    func change(
        _ changes: [AccessChange], expecting version: Int64?, by actor: AuditActor, at now: Timestamp
    ) async throws
}

package struct AccessContents: Sendable {
    /// Later contents have the same or a higher one; it may be higher although they are the same.
    package let version: Int64
    package let users: [User]
    package let groups: [String]
    package let permissions: [ObjectPermission]

    package init(version: Int64, users: [User], groups: [String], permissions: [ObjectPermission]) {
        self.version = version
        self.users = users
        self.groups = groups
        self.permissions = permissions
    }

    package func user(named name: String) -> User? { users.first { $0.name.isExactly(name) } }

    package func permission(named name: String) -> ObjectPermission? {
        permissions.first { $0.name.isExactly(name) }
    }
}

/// One change to users, groups or permissions.
package enum AccessChange: Sendable {
    case addUser(name: String, isSuperuser: Bool, groups: [String])
    case changeUser(name: String, isSuperuser: Bool, isActive: Bool, groups: [String])
    case removeUser(name: String)
    case addGroup(name: String)
    case removeGroup(name: String)
    case addPermission(ObjectPermission)
    /// The permission of the same name becomes this one.
    case changePermission(ObjectPermission)
    case removePermission(name: String)
}
