package import Model

/// Something that an action is about, as constraints see it: its type and its attributes under NetBox's names.
package struct Target: Sendable {
    package let type: ObjectType
    /// For a person: `data source "core"`.
    package let name: String
    /// Gives an attribute by name, as ``ObjectType/attributes`` declares them; nil for one that is not known of this
    /// target, which differs from null: nothing holds for it.
    let attribute: @Sendable (String) -> JSONValue?

    init(_ type: ObjectType, named name: String, attribute: @escaping @Sendable (String) -> JSONValue?) {
        self.type = type
        self.name = "\(type.label) \"\(EscapedName(name))\""
        self.attribute = attribute
    }

    /// Something that does not exist (any more): grants with constraints do not reach it.
    init(unknown type: ObjectType, name: String) {
        self.init(type, named: name) { _ in .none }
    }

    init(unknown type: ObjectType, id: Int64) {
        self.init(unknown: type, name: "#\(id)")
    }
}

/// Users, groups and permissions.
extension Target {
    package init(_ user: User) {
        self.init(
            user: user.name, id: user.id, isSuperuser: user.isSuperuser, isActive: user.isActive, groups: user.groups)
    }

    init(user name: String, id: UserID?, isSuperuser: Bool, isActive: Bool, groups: [String]) {
        self.init(.user, named: name) { attribute in
            switch attribute {
            case "id": id.map { .integer($0.number) }
            case "username": .string(name)
            case "is_superuser": .bool(isSuperuser)
            case "is_active": .bool(isActive)
            case "groups__name": .strings(groups)
            default: .none
            }
        }
    }

    package init(group name: String) {
        self.init(.group, named: name) { attribute in
            switch attribute {
            case "name": .string(name)
            default: .none
            }
        }
    }

    package init(_ permission: ObjectPermission) {
        self.init(.objectPermission, named: permission.name) { attribute in
            switch attribute {
            case "name": .string(permission.name)
            case "description": .string(permission.description)
            case "enabled": .bool(permission.isEnabled)
            case "object_types": .strings(permission.types.map(\.rawValue))
            case "actions": .strings(permission.actions.map(\.rawValue))
            case "users__username": .strings(permission.users)
            case "groups__name": .strings(permission.groups)
            default: .none
            }
        }
    }
}

extension JSONValue {
    static func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
}
