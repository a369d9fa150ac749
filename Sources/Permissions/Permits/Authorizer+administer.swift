package import Model

/// Permits for users, groups and permissions.
extension Authorizer {
    /// Permits changes to users, groups and permissions: `users.add_user` and the like, on each of them.
    ///
    /// Beyond grants, only a superuser makes, changes or removes a superuser. Whoever may add or change permissions, or put
    /// themselves into groups by changing their own user, can get at anything else: grant that to administrators only.
    /// - Parameter contents: what the changes were decided on; the permit holds for this version only.
    /// - Throws: ``Refusal`` that names everything refused; nothing is permitted then.
    package func permitAdminister(
        _ changes: [AccessChange], in contents: AccessContents
    ) throws(Refusal) -> Permit<Administer> {
        let known = AccessTargets(contents: contents)
        let rules = principal.isSuperuser ? [] : changes.compactMap(known.superuserRule)
        try require(changes.flatMap(known.demands), rules: rules)
        return Permit(for: AccessChanges(changes: changes, version: contents.version), actor: actor)
    }
}

/// What each change of users, groups and permissions needs.
private struct AccessTargets {
    let contents: AccessContents

    func demands(of change: AccessChange) -> [(action: Action, target: Target)] {
        switch change {
        case .addUser(let name, let isSuperuser, let groups):
            return [(.add, user(name, isSuperuser, isActive: true, groups))]
        case .changeUser(let name, let isSuperuser, let isActive, let groups):
            return [(.change, present(name)), (.change, user(name, isSuperuser, isActive: isActive, groups))]
        case .removeUser(let name): return [(.delete, present(name))]
        case .addGroup(let name): return [(.add, Target(group: name))]
        case .removeGroup(let name): return [(.delete, Target(group: name))]
        case .addPermission(let permission): return [(.add, Target(permission))]
        case .changePermission(let permission):
            let before = contents.permission(named: permission.name)
            return [(.change, Target(before ?? permission)), (.change, Target(permission))]
        case .removePermission(let name):
            let before = contents.permission(named: name)
            return [(.delete, before.map { Target($0) } ?? Target(unknown: .objectPermission, name: name))]
        }
    }

    func superuserRule(for change: AccessChange) -> Refusal.Item? {
        func item(_ action: Action, _ name: String, wants isSuperuser: Bool) -> Refusal.Item? {
            guard isSuperuser || contents.user(named: name)?.isSuperuser == true else { return nil }
            return Refusal.Item(
                PermissionName(action, .user), "user \"\(EscapedName(name))\"", rule: "it takes a superuser")
        }
        switch change {
        case .addUser(let name, let isSuperuser, _): return item(.add, name, wants: isSuperuser)
        case .changeUser(let name, let isSuperuser, _, _): return item(.change, name, wants: isSuperuser)
        case .removeUser(let name): return item(.delete, name, wants: false)
        default: return nil
        }
    }

    private func user(_ name: String, _ isSuperuser: Bool, isActive: Bool, _ groups: [String]) -> Target {
        let id = contents.user(named: name)?.id
        return Target(user: name, id: id, isSuperuser: isSuperuser, isActive: isActive, groups: groups)
    }

    private func present(_ name: String) -> Target {
        contents.user(named: name).map { Target($0) } ?? Target(unknown: .user, name: name)
    }
}
