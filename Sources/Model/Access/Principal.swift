/// Somebody who acts: a user with the grants that hold for them now.
package struct Principal: Sendable, Equatable {
    /// Nil for a person whom the store does not know; they have no grant.
    package let userID: UserID?
    package let name: String
    package let isSuperuser: Bool
    /// The enabled permissions of the user and of their groups.
    package let grants: [Grant]
    /// Who really typed the command, when a superuser acts as this principal.
    package let actedBy: String?

    package init(
        userID: UserID?, name: String, isSuperuser: Bool = false, grants: [Grant] = [], actedBy: String? = nil
    ) {
        self.userID = userID
        self.name = name
        self.isSuperuser = isSuperuser
        self.grants = grants
        self.actedBy = actedBy
    }
}

/// What the store numbers a user with; never given out again.
package struct UserID: Hashable, Sendable {
    package let number: Int64

    package init(_ number: Int64) { self.number = number }
}

/// A stored right: actions on types of objects, for the objects that the constraints let through.
package struct Grant: Sendable, Equatable {
    /// The name of the permission that it is.
    package let permission: String
    package let types: Set<ObjectType>
    package let actions: Set<Action>
    /// NetBox's constraints: null for all; an object whose members must all hold; a list of such objects of which one
    /// must.
    package let constraints: JSONValue

    package init(
        permission: String = "", types: Set<ObjectType>, actions: Set<Action>, constraints: JSONValue = .null
    ) {
        self.permission = permission
        self.types = types
        self.actions = actions
        self.constraints = constraints
    }
}

/// A user account.
package struct User: Sendable, Equatable {
    package let id: UserID
    package var name: String
    package var isSuperuser: Bool
    package var isActive: Bool
    package var groups: [String]

    package init(id: UserID, name: String, isSuperuser: Bool, isActive: Bool, groups: [String]) {
        self.id = id
        self.name = name
        self.isSuperuser = isSuperuser
        self.isActive = isActive
        self.groups = groups
    }
}

/// NetBox's object permission: a named grant, and who has it.
package struct ObjectPermission: Sendable, Equatable {
    package var name: String
    package var description: String
    package var isEnabled: Bool
    package var types: [ObjectType]
    package var actions: [Action]
    package var constraints: JSONValue
    package var users: [String]
    package var groups: [String]

    package init(
        name: String, description: String = "", isEnabled: Bool = true, types: [ObjectType], actions: [Action],
        constraints: JSONValue = .null, users: [String] = [], groups: [String] = []
    ) {
        self.name = name
        self.description = description
        self.isEnabled = isEnabled
        self.types = types
        self.actions = actions
        self.constraints = constraints
        self.users = users
        self.groups = groups
    }
}
