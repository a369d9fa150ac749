internal import Model

/// Permits for the store as a whole.
extension Authorizer {
    /// Permits a change of the store's settings or of its key, which no grant gives: it takes a superuser.
    package func permitStore(_ deed: StoreDeed) throws(Refusal) -> Permit<AdministerStore> {
        try requireSuperuser(.change, deed.subject)
        return Permit(for: deed, actor: actor)
    }

    /// - Throws: ``Refusal`` for everybody who may not look at what concerns the store as a whole.
    package func requireSuperuserToView(_ subject: String) throws(Refusal) {
        try requireSuperuser(.view, subject)
    }

    private func requireSuperuser(_ action: Action, _ subject: String) throws(Refusal) {
        guard principal.isSuperuser, principal.userID != nil else {
            throw Refusal(
                principal,
                Refusal.Item(PermissionName(action, .configRevision), subject, rule: "it takes a superuser"))
        }
    }
}
