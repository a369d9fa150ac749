package import Model

/// Decides what a principal may do. A pure function of the principal: made anew for each command, request and job.
///
/// A superuser may do everything; whom the store does not know may do nothing, whatever else is said of them; everybody
/// else what at least one of their grants allows. Constraints are read once, here.
package struct Authorizer: Sendable {
    package let principal: Principal
    /// For each permission, the constraints of the grants that give it: one of them must hold.
    private let constraints: [PermissionName: [Constraint]]
    /// Which of the principal's grants cannot be read (any more), wholly or in part: what cannot be read grants nothing.
    package let faults: [GrantFault]

    package init(_ principal: Principal) {
        self.principal = principal
        guard let user = principal.userID else {
            constraints = [:]
            faults = []
            return
        }
        var constraints: [PermissionName: [Constraint]] = [:]
        var faults: [GrantFault] = []
        for grant in principal.grants {
            for type in grant.types.sorted(by: { $0.rawValue < $1.rawValue }) {
                let constraint = Constraint(stored: grant.constraints, of: type, user: user)
                faults += constraint.faults.map { GrantFault(permission: grant.permission, fault: $0) }
                for action in grant.actions {
                    constraints[PermissionName(action, type), default: []].append(constraint)
                }
            }
        }
        self.constraints = constraints
        // For a superuser they decide nothing.
        self.faults = principal.isSuperuser ? [] : faults
    }

    private var isUnlimited: Bool { principal.isSuperuser && principal.userID != nil }

    var actor: AuditActor { AuditActor(principal) }

    /// Whether the action is allowed on this object. Fast enough to filter a listing with.
    package func allows(_ action: Action, _ target: Target) -> Bool {
        isUnlimited
            || constraints[PermissionName(action, target.type)]?.contains { $0.isMet(by: target) } ?? false
    }

    /// Whether the action is allowed on some objects of the type, if there are any.
    package func allowsAny(_ action: Action, _ type: ObjectType) -> Bool {
        isUnlimited || constraints[PermissionName(action, type)] != nil
    }

    /// Whether the action is allowed on every object of the type, so that a listing needs no filter.
    package func allowsAll(_ action: Action, _ type: ObjectType) -> Bool {
        isUnlimited || constraints[PermissionName(action, type)]?.contains(where: \.isAlwaysMet) ?? false
    }

    /// - Throws: ``Refusal`` that names every target on which the action is not allowed.
    package func require(_ action: Action, _ targets: some Sequence<Target>) throws(Refusal) {
        try require(targets.map { (action, $0) })
    }

    /// - Throws: ``Refusal`` when no object of the type could be allowed.
    package func requireAny(_ action: Action, _ type: ObjectType) throws(Refusal) {
        guard !allowsAny(action, type) else { return }
        throw Refusal(principal, Refusal.Item(PermissionName(action, type), "every \(type.label)"), faults: faults)
    }

    /// - Throws: ``Refusal`` when some object of the type could be refused.
    package func requireAll(_ action: Action, _ type: ObjectType) throws(Refusal) {
        guard !allowsAll(action, type) else { return }
        throw Refusal(principal, Refusal.Item(PermissionName(action, type), "every \(type.label)"), faults: faults)
    }

    func require(_ demands: [(action: Action, target: Target)], rules: [Refusal.Item] = []) throws(Refusal) {
        let missing = demands.filter { !allows($0.action, $0.target) }.map { demand in
            Refusal.Item(PermissionName(demand.action, demand.target.type), demand.target.name)
        }
        let items = missing + rules
        guard let first = items.first else { return }
        throw Refusal(principal, first, Array(items.dropFirst()), faults: faults)
    }
}

extension ObjectType {
    /// For a person: `data source`.
    var label: String {
        switch self {
        case .dataSource: "data source"
        case .dataFile: "data file"
        case .configContext: "config context"
        case .configTemplate: "config template"
        case .exportTemplate: "export template"
        case .user: "user"
        case .group: "group"
        case .objectPermission: "permission"
        case .configRevision: "setting"
        }
    }
}
