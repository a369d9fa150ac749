package import Model
package import Permissions

/// Makes changes to users, groups and permissions that somebody is permitted to make: all of them or none.
package struct Administration: Sendable {
    private let store: any Store
    private let now: @Sendable () -> Timestamp

    package init(store: any Store, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.now = now
    }

    /// Decides on changes and makes them.
    ///
    /// - Parameter decide: says what to change in what is there; asked again when somebody else changed users, groups or
    ///   permissions in the meantime, so that neither their change nor a rule about it is lost.
    /// - Throws: ``AccessFault``, ``Refusal``, ``StoreError``; what `decide` throws.
    package func callAsFunction(
        by authorizer: Authorizer, _ decide: (AccessContents) async throws -> [AccessChange]
    ) async throws {
        try await again(after: .accessMoved) {
            let contents = try await store.access()
            let changes = try await decide(contents)
            for change in changes { try AccessFault.check(change, in: contents) }
            let (permitted, actor) = try authorizer.permitAdminister(changes, in: contents).use()
            try await store.change(permitted.changes, expecting: permitted.version, by: actor, at: now())
        }
    }
}

/// Why users, groups or permissions cannot become what was asked for.
package enum AccessFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// With what it would name: `user`.
    case name(String, of: String, NameFault)
    case nothingGranted(permission: String)
    case constraints(permission: String, ConstraintFault)

    package var description: String {
        switch self {
        case .name(let name, let kind, let fault): "\"\(EscapedName(name))\" cannot name a \(kind): \(fault.rawValue)"
        case .nothingGranted(let name):
            "cannot keep permission \"\(EscapedName(name))\": it needs at least one type and one action"
        case .constraints(let name, let fault): "cannot keep permission \"\(EscapedName(name))\": \(fault)"
        }
    }

    /// What is there already and does not change may be at fault: the rest of it can be changed still.
    static func check(_ change: AccessChange, in contents: AccessContents) throws(AccessFault) {
        switch change {
        case .addUser(let name, _, _): try check(name, of: "user")
        case .addGroup(let name): try check(name, of: "group")
        case .addPermission(let permission):
            try check(permission.name, of: "permission")
            try check(permission, over: nil)
        case .changePermission(let permission):
            try check(permission, over: contents.permission(named: permission.name))
        case .changeUser, .removeUser, .removeGroup, .removePermission: break
        }
    }

    private static func check(_ name: String, of kind: String) throws(AccessFault) {
        if let fault = NameFault(in: name) { throw .name(name, of: kind, fault) }
    }

    private static func check(
        _ permission: ObjectPermission, over known: ObjectPermission?
    ) throws(AccessFault) {
        if let known, known.types == permission.types, known.actions == permission.actions,
            known.constraints == permission.constraints
        {
            return
        }
        guard !permission.types.isEmpty, !permission.actions.isEmpty else {
            throw .nothingGranted(permission: permission.name)
        }
        do {
            try Constraint.check(permission.constraints, for: permission.types)
        } catch {
            throw .constraints(permission: permission.name, error)
        }
    }
}
