/// Users, groups and object permissions.
package protocol AccessIndex: Sendable {
    /// The user of this name as a principal, with the enabled grants of the user and of their groups; a principal
    /// without any when the store does not know the name or the user is not active.
    func principal(named name: String) async throws -> Principal

    /// In name order, as are the others.
    func users() async throws -> [User]
    func groups() async throws -> [String]
    func permissions() async throws -> [ObjectPermission]

    /// Makes all changes or none, with an audit row for each. Throws `.nameTaken`, `.notFound` and
    /// `.lastSuperuser`.
    func change(_ changes: [AccessChange], by actor: AuditActor, at now: Timestamp) async throws
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

    /// What is wrong with the name that the change would give to something new, or nil.
    package var nameFault: NameFault? {
        switch self {
        case .addUser(let name, _, _), .addGroup(let name): NameFault(in: name)
        case .addPermission(let permission): NameFault(in: permission.name)
        default: nil
        }
    }
}
