/// What a grant can be about, in NetBox's `app.model` names.
package enum ObjectType: String, Sendable, CaseIterable, Hashable {
    case dataSource = "core.datasource"
    case dataFile = "core.datafile"
    case configContext = "extras.configcontext"
    case configTemplate = "extras.configtemplate"
    case exportTemplate = "extras.exporttemplate"
    case user = "users.user"
    case group = "users.group"
    case objectPermission = "users.objectpermission"
    /// The settings of the store as a whole, and its secret key: only superusers change them.
    case configRevision = "core.configrevision"
}

/// What a grant allows to do. NetBox lets an action be any word; these are the ones that Sluice checks.
package enum Action: String, Sendable, CaseIterable, Hashable {
    case view, add, change, delete, sync
}

/// An action on a type of objects, in NetBox's form: `core.sync_datasource`.
package struct PermissionName: Hashable, Sendable, CustomStringConvertible {
    package let action: Action
    package let type: ObjectType

    package init(_ action: Action, _ type: ObjectType) {
        self.action = action
        self.type = type
    }

    package var description: String { type.rawValue.replacing(".", with: ".\(action.rawValue)_") }
}
