package import Model

/// Why somebody may not do something: which permission they lack, for which objects. Names every object refused.
package struct Refusal: Error, Sendable, Equatable {
    /// One object, or one type as a whole, and what is missing for it.
    package struct Item: Sendable, Equatable {
        package let permission: PermissionName
        /// Such as `data source "core"`.
        package let object: String
        /// A rule beyond grants that refuses, as a clause in lower case; nil when only the permission is missing.
        package let rule: String?

        init(_ permission: PermissionName, _ object: String, rule: String? = nil) {
            self.permission = permission
            self.object = object
            self.rule = rule
        }
    }

    /// The user who asked.
    package let principal: String
    package let isKnown: Bool
    /// At least one, in the order in which they were asked for.
    package let items: [Item]
    /// What might have granted it, and cannot be read: faults of the user's grants of the permissions that are missing.
    package let faults: [GrantFault]

    init(_ principal: Principal, _ first: Item, _ others: [Item] = [], faults: [GrantFault] = []) {
        self.principal = principal.name
        isKnown = principal.userID != nil
        items = [first] + others
        let types = Set(items.map(\.permission.type))
        self.faults = faults.filter { types.contains($0.fault.type) }
    }

    /// What is missing for the first object.
    package var permission: PermissionName { items[0].permission }

    /// Every object refused, such as `config template "leaf"`.
    package var objects: [String] { items.map(\.object) }
}

extension Refusal: CustomStringConvertible {
    package var description: String {
        let name = EscapedName(principal)
        guard isKnown else {
            return "user \"\(name)\" is not known here, so \(permissionsAndObjects)\n"
                + "-> a superuser can add them with `sluice user add`"
        }
        let faults = faults.map { "; \($0)" }.joined()
        return "user \"\(name)\" may not: \(permissionsAndObjects)\(faults)\n"
            + "-> a superuser can grant it with `sluice permission add`"
    }

    /// The objects grouped by what is missing, in order.
    private var permissionsAndObjects: String {
        var groups: [(reason: String, objects: [String])] = []
        for item in items {
            let reason = item.rule ?? "the permission \(item.permission) is missing"
            if let index = groups.firstIndex(where: { $0.reason == reason }) {
                groups[index].objects.append(item.object)
            } else {
                groups.append((reason, [item.object]))
            }
        }
        return groups.map { "\($0.reason) for \($0.objects.joined(separator: ", "))" }.joined(separator: "; ")
    }
}
