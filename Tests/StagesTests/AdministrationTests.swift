import Model
import Permissions
import Stages
import Testing

@Suite struct Administrations {
    /// A store with ada, who is no superuser, and the groups a to h.
    private func prepared() async throws -> Bench {
        let bench = try await Bench()
        try await bench.administration(by: bench.admin) { _ in
            "abcdefgh".map { .addGroup(name: String($0)) } + [.addUser(name: "ada", isSuperuser: false, groups: [])]
        }
        return bench
    }

    private func ada(in contents: AccessContents) throws -> User { try #require(contents.user(named: "ada")) }

    private func change(_ user: User, isSuperuser: Bool? = nil, adding group: String? = nil) -> AccessChange {
        .changeUser(
            name: user.name, isSuperuser: isSuperuser ?? user.isSuperuser, isActive: user.isActive,
            groups: user.groups + (group.map { [$0] } ?? []))
    }

    @Test func `of edits of one user at once none is lost`() async throws {
        let bench = try await prepared()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for group in "abcdefgh" {
                tasks.addTask {
                    try await bench.administration(by: bench.admin) { contents in
                        [change(try ada(in: contents), adding: String(group))]
                    }
                }
            }
            try await tasks.waitForAll()
        }
        #expect(try await ada(in: bench.store.access()).groups == "abcdefgh".map { String($0) })
    }

    @Test func `what somebody else changed meanwhile stays changed`() async throws {
        let bench = try await prepared()
        try await bench.administration(by: bench.admin) { [change(try ada(in: $0), isSuperuser: true)] }
        var looks = 0
        try await bench.administration(by: bench.admin) { contents in
            looks += 1
            if looks == 1 {
                try await bench.administration(by: bench.admin) { [change(try ada(in: $0), isSuperuser: false)] }
            }
            return [change(try ada(in: contents), adding: "a")]
        }
        let after = try await ada(in: bench.store.access())
        #expect(looks == 2 && !after.isSuperuser && after.groups == ["a"])
    }

    @Test func `who may change users does not change one who becomes a superuser meanwhile`() async throws {
        let bench = try await prepared()
        try await bench.administration(by: bench.admin) { _ in
            [
                .addUser(name: "eve", isSuperuser: false, groups: []),
                .addPermission(ObjectPermission(name: "users", types: [.user], actions: [.change], users: ["eve"])),
            ]
        }
        let eve = Authorizer(try await bench.store.principal(named: "eve"))
        var looks = 0
        let refusal = await #expect(throws: Refusal.self) {
            try await bench.administration(by: eve) { contents in
                looks += 1
                let seen = try ada(in: contents)
                if looks == 1 {
                    try await bench.administration(by: bench.admin) { [change(try ada(in: $0), isSuperuser: true)] }
                }
                return [
                    .changeUser(name: "ada", isSuperuser: seen.isSuperuser, isActive: false, groups: seen.groups)
                ]
            }
        }
        #expect(refusal?.description.contains("it takes a superuser") == true)
        let after = try await ada(in: bench.store.access())
        #expect(looks == 2 && after.isSuperuser && after.isActive)
    }

    @Test func `a permission whose constraints its types do not know is refused, however it comes about`() async throws
    {
        let bench = try await prepared()
        var permission = ObjectPermission(
            name: "p", types: [.configContext], actions: [.view], constraints: ["weight__lt": 5])
        try await bench.administration(by: bench.admin) { [permission] _ in [.addPermission(permission)] }
        permission.types = [.configTemplate]
        for change in [AccessChange.changePermission(permission), .addPermission(permission)] {
            let fault = await #expect(throws: AccessFault.self) {
                try await bench.administration(by: bench.admin) { _ in [change] }
            }
            #expect(fault?.description.contains("\"p\": constraint \"weight__lt\" on extras.configtemplate: ") == true)
        }
        permission.types = []
        await #expect(throws: AccessFault.nothingGranted(permission: "p")) {
            try await bench.administration(by: bench.admin) { [permission] _ in [.changePermission(permission)] }
        }
        #expect(try await bench.store.access().permission(named: "p")?.types == [.configContext])
    }

    @Test func `a permission that an earlier version took can be disabled as it is`() async throws {
        let bench = try await prepared()
        var old = ObjectPermission(name: "old", types: [.user], actions: [.view], constraints: ["gone": 1])
        try await bench.store.change([.addPermission(old)], expecting: nil, by: AuditActor(name: "x"), at: bench.now())
        old.isEnabled = false
        try await bench.administration(by: bench.admin) { [old] _ in [.changePermission(old)] }
        #expect(try await bench.store.access().permission(named: "old")?.isEnabled == false)
        old.actions.append(.change)
        await #expect(throws: AccessFault.self) {
            try await bench.administration(by: bench.admin) { [old] _ in [.changePermission(old)] }
        }
    }

    @Test func `a name that cannot be one is refused`() async throws {
        let bench = try await prepared()
        for (change, kind) in [
            (AccessChange.addUser(name: " x", isSuperuser: false, groups: []), "user"),
            (.addGroup(name: " x"), "group"),
            (
                .addPermission(ObjectPermission(name: " x", types: [.user], actions: [.view])), "permission"
            ),
        ] {
            await #expect(throws: AccessFault.name(" x", of: kind, .space)) {
                try await bench.administration(by: bench.admin) { _ in [change] }
            }
        }
    }
}
