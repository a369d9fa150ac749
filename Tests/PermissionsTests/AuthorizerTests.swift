import Model
import Permissions
import Testing

@Suite struct Authorizers {
    @Test func `a refusal names the permission, the user and every object refused`() {
        let authorizer = Authorizer(
            World.principal("ann", Grant(types: [.configTemplate], actions: [.sync], constraints: ["name": "leaf"])))
        let statuses = [World.context, World.leaf, World.labLeaf, World.export].map { World.status($0) }
        let refusal = #expect(throws: Refusal.self) {
            _ = try authorizer.permitApply(statuses, sources: World.sources).use(on: [])
        }
        #expect(refusal?.permission.description == "extras.sync_configcontext")
        #expect(
            refusal?.objects == ["config context \"ntp\"", "config template \"lab-leaf\"", "export template \"csv\""])
        #expect(
            refusal?.description == """
                user "ann" may not: the permission extras.sync_configcontext is missing for config context "ntp"; \
                the permission extras.sync_configtemplate is missing for config template "lab-leaf"; \
                the permission extras.sync_exporttemplate is missing for export template "csv"
                -> a superuser can grant it with `sluice permission add`
                """)
    }

    @Test func `a grant that cannot be read says so where it might have granted`() {
        let grants = [
            Grant(
                permission: "old", types: [.configTemplate], actions: [.sync], constraints: ["name__regex": "(a)\\1"]),
            Grant(
                permission: "part", types: [.configTemplate, .user], actions: [.sync],
                constraints: [["name": "other"], ["nme": "x"]]),
        ]
        let authorizer = Authorizer(World.principal("ann", grants[0], grants[1]))
        #expect(authorizer.faults.map(\.permission) == ["old", "part", "part", "part"])
        let refusal = #expect(throws: Refusal.self) {
            _ = try authorizer.permitApply([World.status(World.leaf)], sources: World.sources).use(on: [])
        }
        #expect(refusal?.faults.map(\.permission) == ["old", "part"])
        #expect(
            refusal?.description.contains(
                "; permission \"old\" grants nothing by its constraint \"name__regex\" on extras.configtemplate: ")
                == true)
        #expect(refusal?.description.contains("refers back to a group") == true)
        let root = Principal(userID: UserID(1), name: "root", isSuperuser: true, grants: grants)
        #expect(Authorizer(root).faults.isEmpty)
    }

    /// The store keeps two Unicode forms of a name apart.
    @Test func `a change is judged by the user and permission of exactly that name`() throws {
        let (composed, apart) = ("andr\u{E9}", "andre\u{301}")
        func user(_ id: Int64, _ name: String, isSuperuser: Bool = false) -> User {
            User(id: UserID(id), name: name, isSuperuser: isSuperuser, isActive: true, groups: [])
        }
        func permission(_ name: String, _ action: Action) -> ObjectPermission {
            ObjectPermission(name: name, types: [.user], actions: [action])
        }
        let contents = AccessContents(
            version: 1,
            users: [user(9, apart), user(2, composed), user(3, "bo\u{308}"), user(4, "b\u{F6}", isSuperuser: true)],
            groups: [], permissions: [permission(apart, .view), permission(composed, .delete)])
        let authorizer = Authorizer(
            World.principal(
                "ann", Grant(types: [.user], actions: [.delete], constraints: [["id__gt": 5], ["id": 3]]),
                Grant(types: [.objectPermission], actions: [.delete], constraints: ["name": .string(apart)])))
        func isPermitted(_ change: AccessChange) -> Bool {
            do {
                _ = try authorizer.permitAdminister([change], in: contents).use()
                return true
            } catch {
                return false
            }
        }
        #expect(isPermitted(.removeUser(name: apart)))
        #expect(!isPermitted(.removeUser(name: composed)), "user 2 is beyond the constraint")
        #expect(isPermitted(.removeUser(name: "bo\u{308}")), "only the other one is a superuser")
        #expect(!isPermitted(.removeUser(name: "b\u{F6}")))
        #expect(isPermitted(.removePermission(name: apart)))
        #expect(!isPermitted(.removePermission(name: composed)))
    }

    @Test func `an unknown user is told that they are unknown`() {
        let refusal = #expect(throws: Refusal.self) {
            _ = try Authorizer(Principal(userID: nil, name: "ghost")).permitSync(World.core).use(on: World.core.id)
        }
        #expect(refusal?.description.hasPrefix("user \"ghost\" is not known here") == true)
        #expect(refusal?.permission.description == "core.sync_datasource")
    }

    @Test func `a permit tells who acts, and who is behind them`() throws {
        let principal = Principal(userID: UserID(1), name: "ann", isSuperuser: true, actedBy: "root")
        let actor = try Authorizer(principal).permitSync(World.core).use(on: World.core.id)
        #expect(actor == AuditActor(name: "ann", actedBy: "root"))
        let (changes, _) = try Authorizer(principal).permitChange(
            [.removeSource(World.lab.id)], in: World.contents
        ).use()
        #expect(changes.version == 5)
        #expect(changes.changes.count == 1)
    }

    @Test func `a permit for one source cannot be used on another`() async {
        await #expect(processExitsWith: .failure) {
            let principal = Principal(userID: UserID(1), name: "root", isSuperuser: true)
            _ = try Authorizer(principal).permitSync(World.core).use(on: World.lab.id)
        }
        await #expect(processExitsWith: .failure) {
            let principal = Principal(userID: UserID(1), name: "root", isSuperuser: true)
            _ = try Authorizer(principal).permitApply([World.status(World.leaf)], sources: [])
                .use(on: [World.leaf.id, World.labLeaf.id])
        }
    }

    @Test func `nobody moves an object out of, or into, what they may change`() {
        let authorizer = Authorizer(
            World.principal(
                "ann",
                Grant(types: [.configTemplate], actions: [.add, .change], constraints: ["data_source__name": "lab"])))
        func isPermitted(_ change: CatalogChange) -> Bool {
            (try? authorizer.permitChange([change], in: World.contents).use()) != nil
        }
        func draft(_ object: SyncedObject, _ source: DataSource?) -> ObjectDraft {
            ObjectDraft(
                reference: object.reference,
                link: source.map { SyncedObject.Link(source: $0.name, path: RelativePath(stored: "x.j2")) })
        }
        #expect(isPermitted(.changeObject(World.labLeaf.id, draft(World.labLeaf, World.lab))))
        #expect(!isPermitted(.changeObject(World.labLeaf.id, draft(World.labLeaf, World.core))))
        #expect(!isPermitted(.changeObject(World.labLeaf.id, draft(World.labLeaf, nil))))
        #expect(!isPermitted(.changeObject(World.leaf.id, draft(World.leaf, World.lab))))
        #expect(isPermitted(.addObject(draft(World.leaf, World.lab))))
        #expect(!isPermitted(.addObject(draft(World.leaf, World.core))))
        let pattern = LinkPatternSettings(
            kind: .configTemplate, source: World.lab.name, pattern: PathPattern(stored: "*.j2"))
        #expect(isPermitted(.addPattern(pattern, [])))
        #expect(!isPermitted(.removeObject(ObjectID(999))))
        let byName = Authorizer(
            World.principal(
                "bob", Grant(types: [.configTemplate], actions: [.add], constraints: ["name__startswith": "lab-"])))
        #expect(throws: Refusal.self) {
            _ = try byName.permitChange([.addPattern(pattern, [])], in: World.contents).use()
        }
    }

    @Test func `a source that the same file declares is seen as it will be`() {
        let authorizer = Authorizer(
            World.principal(
                "ann", Grant(types: [.dataSource], actions: [.add]),
                Grant(types: [.configTemplate], actions: [.add], constraints: ["data_source__type": "local"])))
        let settings = World.source(0, "new", type: "local").settings
        let draft = ObjectDraft(
            reference: World.leaf.reference,
            link: SyncedObject.Link(source: settings.name, path: RelativePath(stored: "x.j2")))
        #expect(throws: Never.self) {
            _ = try authorizer.permitChange([.addSource(settings), .addObject(draft)], in: World.contents).use()
        }
        #expect(throws: Refusal.self) {
            _ = try authorizer.permitChange([.addObject(draft)], in: World.contents).use()
        }
    }

    @Test func `a grant with constraints is a grant on some objects, not on all`() {
        let authorizer = Authorizer(
            World.principal(
                "ann", Grant(types: [.dataSource], actions: [.view], constraints: ["name": "core"]),
                Grant(types: [.dataFile], actions: [.view])))
        #expect(authorizer.allowsAny(.view, .dataSource) && !authorizer.allowsAll(.view, .dataSource))
        #expect(authorizer.allowsAll(.view, .dataFile))
        #expect(!authorizer.allowsAny(.sync, .dataSource))
        #expect(throws: Refusal.self) { try authorizer.requireAny(.sync, .dataSource) }
        #expect(throws: Never.self) { try authorizer.require(.view, [Target(World.core)]) }
    }
}
