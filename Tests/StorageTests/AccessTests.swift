import Model
import Storage
import Testing

@Suite struct Access {
    private func change(_ test: TestStore, _ changes: AccessChange...) async throws {
        try await test.store.change(changes, expecting: nil, by: TestStore.actor, at: TestStore.noon)
    }

    private func permission(_ name: String, users: [String] = [], groups: [String] = []) -> ObjectPermission {
        ObjectPermission(
            name: name, description: "d", types: [.configTemplate, .dataSource], actions: [.sync, .view],
            constraints: ["name__startswith": "lab-"], users: users, groups: groups)
    }

    @Test func `who creates a store is its superuser, later openers are not`() async throws {
        let test = try TestStore()
        _ = try test.reopened()
        #expect(try await test.store.users().map(\.name) == ["root"])
        let root = try await test.store.principal(named: "root")
        #expect(root.isSuperuser)
        #expect(root.userID != nil)
        let stranger = try await test.store.principal(named: "somebody else")
        #expect(stranger == Principal(userID: nil, name: "somebody else"))
    }

    @Test func `a principal has the enabled grants of the user and of their groups`() async throws {
        let test = try TestStore()
        var disabled = permission("disabled", users: ["ada"])
        disabled.isEnabled = false
        try await change(
            test, .addGroup(name: "net"), .addGroup(name: "lab"),
            .addUser(name: "ada", isSuperuser: false, groups: ["net"]),
            .addUser(name: "bob", isSuperuser: false, groups: []),
            .addPermission(permission("a", users: ["ada"])), .addPermission(permission("b", groups: ["net", "lab"])),
            .addPermission(permission("c", users: ["bob"], groups: ["lab"])), .addPermission(disabled))
        func grant(_ permission: String) -> Grant {
            Grant(
                permission: permission, types: [.configTemplate, .dataSource], actions: [.sync, .view],
                constraints: ["name__startswith": "lab-"])
        }
        #expect(try await test.store.principal(named: "ada").grants == [grant("a"), grant("b")])
        #expect(try await test.store.principal(named: "bob").grants == [grant("c")])

        try await change(test, .changeUser(name: "ada", isSuperuser: true, isActive: false, groups: ["net"]))
        let inactive = try await test.store.principal(named: "ada")
        #expect(!inactive.isSuperuser)
        #expect(inactive.grants == [])
        try await change(test, .changeUser(name: "ada", isSuperuser: false, isActive: true, groups: []))
        #expect(try await test.store.principal(named: "ada").grants == [grant("a")])
        try await change(test, .removeGroup(name: "net"), .removeUser(name: "bob"))
        #expect(try await test.store.permissions().map(\.groups) == [[], ["lab"], ["lab"], []])
        #expect(try await test.store.permissions().map(\.users) == [["ada"], [], [], ["ada"]])
    }

    @Test func `users, groups and permissions come back as they were`() async throws {
        let test = try TestStore()
        try await change(
            test, .addGroup(name: "z"), .addGroup(name: "a"),
            .addUser(name: "ada", isSuperuser: false, groups: ["z", "a"]),
            .addPermission(permission("p", users: ["ada"], groups: ["z"])))
        #expect(try await test.store.groups() == ["a", "z"])
        #expect(try await test.store.users().map(\.groups) == [["a", "z"], []])
        #expect(try await test.store.permissions() == [permission("p", users: ["ada"], groups: ["z"])])
        var changed = permission("p", groups: ["a"])
        changed.constraints = .null
        changed.isEnabled = false
        try await change(test, .changePermission(changed))
        #expect(try await test.store.permissions() == [changed])
        let row = try #require(try await test.store.auditRows(before: nil, limit: 1).first)
        #expect(row.entry.detail == "enabled, constraints, users, groups")
        try await change(test, .removePermission(name: "p"))
        #expect(try await test.store.permissions() == [])
    }

    @Test func `a call changes all or nothing`() async throws {
        let test = try TestStore()
        await #expect(throws: StoreError.notFound("group \"nowhere\"")) {
            try await change(
                test, .addGroup(name: "net"), .addUser(name: "ada", isSuperuser: false, groups: ["nowhere"]))
        }
        #expect(try await test.store.groups() == [])
        await #expect(throws: StoreError.nameTaken("user \"root\"")) {
            try await change(test, .addUser(name: "root", isSuperuser: false, groups: []))
        }
        await #expect(throws: StoreError.notFound("user \"eve\"")) { try await change(test, .removeUser(name: "eve")) }
        await #expect(throws: StoreError.notFound("user \"eve\"")) {
            try await change(test, .addPermission(permission("p", users: ["eve"])))
        }
        await #expect(throws: StoreError.notFound("object permission \"p\"")) {
            try await change(test, .changePermission(permission("p")))
        }
    }

    @Test func `audit rows are newest first, in pages, with who acted for whom`() async throws {
        let test = try TestStore()
        let actor = AuditActor(name: "ada", actedBy: "root")
        try await test.store.change(
            [.addGroup(name: "a"), .addGroup(name: "b")], expecting: nil, by: actor, at: TestStore.noon)
        let rows = try await test.store.auditRows(before: nil, limit: 2)
        #expect(rows.map(\.entry.name) == ["b", "a"])
        #expect(rows.map(\.entry.actor) == [actor, actor])
        let rest = try await test.store.auditRows(before: rows.last?.number, limit: 9)
        #expect(rest.map(\.entry.name) == ["root"])
        #expect(rest.map(\.entry.action) == ["add"])
    }

    @Test func `a change is made only while users, groups and permissions are what it was decided on`() async throws {
        let test = try TestStore()
        try await change(test, .addUser(name: "ada", isSuperuser: true, groups: []))
        let seen = try await test.store.access()
        #expect(seen.user(named: "ada")?.isSuperuser == true)
        #expect(seen.users.map(\.name) == ["ada", "root"] && seen.groups == [] && seen.permissions == [])
        // What is no business of theirs does not count.
        _ = try await test.addSource("core")
        func add(_ name: String) async throws {
            try await test.store.change(
                [.addGroup(name: name)], expecting: seen.version, by: TestStore.actor, at: TestStore.noon)
        }
        try await add("net")
        for _ in 0..<2 { await #expect(throws: StoreError.accessMoved) { try await add("lab") } }
        #expect(try await test.store.groups() == ["net"])
    }
}
