import Backends
import Foundation
import Model
import Permissions
import Stages
import Storage

/// Everything wired together for one command: the store, who is acting, and the stages.
struct Workspace: Sendable {
    let store: any Store
    let principal: Principal
    let authorizer: Authorizer
    let types: [BackendType]
    let setup: SourceSetup
    let replicate: Replicate
    let test: SourceTest
    let status: Status
    let apply: Apply
    let revert: Revert
    let preview: Preview
    let register: Register
    let check: Check
    let editing: CatalogEditing
    let administration: Administration
    let storeAdministration: StoreAdministration
    /// To be called when the command has run and the process is about to end.
    let leave: @Sendable () -> Void

    /// Opens the store in `folder`, making it on first use with this process's user as its superuser.
    ///
    /// - Parameter user: acts as this user; only a superuser may ask for it.
    /// - Throws: ``StoreError``; ``UsageError`` for a user who may not act for others.
    static func open(_ folder: StoreFolder, as user: String?) async throws -> Workspace {
        let me = ThisProcess.userName
        let store = try SQLiteStore.open(
            folder: folder.path, creator: me, founding: AutoSync.founding,
            environment: ThisProcess.environmentForStore, at: .now, clock: { .now })
        var principal = try await store.principal(named: me)
        if let user, !user.isExactly(me) {
            guard principal.isSuperuser else { throw UsageError.mayNotActAs(user, me: me) }
            let other = try await store.principal(named: user)
            principal = Principal(
                userID: other.userID, name: other.name, isSuperuser: other.isSuperuser, grants: other.grants,
                actedBy: me)
        }
        return Workspace(store: store, principal: principal, folder: folder)
    }

    private init(store: SQLiteStore, principal: Principal, folder: StoreFolder) {
        let now: @Sendable () -> Timestamp = { .now }
        leave = store.leave
        types = registeredBackends()
        let setup = SourceSetup(
            types: types, store: store, cacheFolder: folder.path + "/cache",
            environment: ThisProcess.environmentForOthers, localRefusal: localRootRefusal,
            read: ParameterReading.read)
        self.setup = setup
        test = SourceTest(setup: setup)
        self.store = store
        self.principal = principal
        authorizer = Authorizer(principal)
        status = Status(store: store)
        apply = Apply(store: store, now: now)
        revert = Revert(store: store, now: now)
        preview = Preview(store: store)
        register = Register(store: store)
        check = Check(store: store, setup: setup)
        editing = CatalogEditing(store: store, setup: setup, now: now)
        administration = Administration(store: store, now: now)
        storeAdministration = StoreAdministration(store: store, now: now)
        replicate = Replicate(
            store: store, setup: setup, status: status,
            autoSync: AutoSync(store: store, status: status, apply: apply),
            surroundings: Surroundings(
                now: now, holder: ThisProcess.holder, isAlive: ThisProcess.isAlive, readsAtOnce: OpenFiles.readsAtOnce))
    }
}
