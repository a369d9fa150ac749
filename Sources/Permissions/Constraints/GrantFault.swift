package import Model

/// A part of a stored permission that cannot be read (any more), so that it grants nothing.
package struct GrantFault: Sendable, Equatable, CustomStringConvertible {
    /// The permission's name.
    package let permission: String
    package let fault: ConstraintFault

    init(permission: String, fault: ConstraintFault) {
        self.permission = permission
        self.fault = fault
    }

    /// All of a permission.
    package static func all(of permission: ObjectPermission) -> [GrantFault] {
        permission.types.flatMap { type in
            // Who acts makes no difference to what can be read.
            Constraint(stored: permission.constraints, of: type, user: UserID(0)).faults
        }.map { GrantFault(permission: permission.name, fault: $0) }
    }

    package var description: String {
        "permission \"\(EscapedName(permission))\" grants nothing by its \(fault)"
    }
}
