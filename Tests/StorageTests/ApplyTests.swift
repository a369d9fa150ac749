import Model
import Storage
import Testing

@Suite struct Applying {
    /// A source with files `a`, `b`, `c` and a template linked to each.
    private func prepared() async throws -> (TestStore, SourceID) {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "a1"), ("b", "b1"), ("c", "c1")])
        for name in ["a", "b", "c"] {
            try await test.change(.addObject(.template(name, source: "core", path: name)))
        }
        return (test, id)
    }

    private func apply(
        _ test: TestStore, _ applications: [Application], keepsGoing: Bool = false
    ) async throws -> [ApplicationOutcome] {
        try await test.store.apply(applications, keepsGoing: keepsGoing, by: TestStore.actor, at: TestStore.noon)
    }

    private func contents(_ test: TestStore) async throws -> [Digest?] {
        try await test.store.objects(of: .configTemplate).map(\.content.present)
    }

    @Test func `applying writes content, revision and audit row`() async throws {
        let (test, _) = try await prepared()
        let application = try await test.application(of: .template("a"), "decoded a1")
        #expect(try await apply(test, [application]) == [.applied])

        let object = try #require(try await test.store.object(.template("a")))
        #expect(
            object.content
                == SyncedObject.ContentState(
                    present: .of("decoded a1"), asApplied: .of("decoded a1"), appliedFile: .of("a1"),
                    appliedAt: TestStore.noon, changedAt: TestStore.noon))
        #expect(try await test.store.loadContent(.of("decoded a1"), limit: 99) == Array("decoded a1".utf8))
        #expect(
            try await test.store.revisions(of: object.id) == [
                ObjectRevision(
                    number: 1, at: TestStore.noon, actor: TestStore.actor, action: .apply, before: nil,
                    content: .of("decoded a1"), file: .of("a1"), revision: .commit("r"))
            ])
        let row = try #require(try await test.store.auditRows(before: nil, limit: 1).first)
        #expect(
            row.entry
                == AuditEntry(
                    at: TestStore.noon, actor: TestStore.actor, action: "apply", type: .configTemplate, name: "a",
                    before: nil, after: .of("decoded a1"), revision: Revision("r")))
    }

    @Test func `what was seen must still hold: the content, the file last applied, the file`() async throws {
        let (test, id) = try await prepared()
        try await test.apply(.template("a"), "a1")
        let seen = try await test.application(of: .template("a"), "a1")
        let object = try #require(try await test.store.object(.template("a")))

        try await test.sync(id, [("a", "a2")])
        #expect(
            try await apply(test, [seen]) == [
                .moved(now: SeenDigests(present: .of("a1"), appliedFile: .of("a1"), file: .of("a2")))
            ])
        try await test.sync(id, [("a", nil)])
        #expect(
            try await apply(test, [seen]) == [
                .moved(now: SeenDigests(present: .of("a1"), appliedFile: .of("a1"), file: nil))
            ])
        try await test.sync(id, [("a", "a1")])
        try await test.change(.changeObject(object.id, .template("a", source: "core", path: "a", text: "edited")))
        #expect(
            try await apply(test, [seen]) == [
                .moved(now: SeenDigests(present: .of("edited"), appliedFile: .of("a1"), file: .of("a1")))
            ])
        try await test.change(.changeObject(object.id, .template("a", text: "a1")))
        #expect(try await apply(test, [seen]) == [.moved(now: nil)])
        try await test.change(.changeObject(object.id, .template("renamed", source: "core", path: "a")))
        #expect(try await apply(test, [seen]) == [.moved(now: nil)])
        try await test.change(.removeObject(object.id))
        #expect(try await apply(test, [seen]) == [.moved(now: nil)])
    }

    @Test func `staged files are not what is seen`() async throws {
        let (test, id) = try await prepared()
        let seen = try await test.application(of: .template("a"), "a1")
        let claim = try await test.claim(id)
        try await test.store.stage([.modified(.text("a2", at: RelativePath("a")))], under: claim)
        #expect(try await apply(test, [seen]) == [.applied])
    }

    @Test func `one object that moved leaves all as they were`() async throws {
        let (test, id) = try await prepared()
        var applications: [Application] = []
        for name in ["a", "b", "c"] { applications.append(try await test.application(of: .template(name), name)) }
        try await test.sync(id, [("b", "b2")])
        let audited = try await test.store.auditRows(before: nil, limit: 1_000).count

        let moved = ApplicationOutcome.moved(now: SeenDigests(present: nil, appliedFile: nil, file: .of("b2")))
        #expect(try await apply(test, applications) == [.withheld, moved, .withheld])
        #expect(try await contents(test) == [nil, nil, nil])
        #expect(try await test.store.auditRows(before: nil, limit: 1_000).count == audited)
        await #expect(throws: StoreError.self) { try await test.store.loadContent(.of("a"), limit: 9) }

        #expect(try await apply(test, applications, keepsGoing: true) == [.applied, moved, .applied])
        #expect(try await contents(test) == [.of("a"), nil, .of("c")])
    }

    @Test func `an object named twice in one call is applied once`() async throws {
        let (test, _) = try await prepared()
        let application = try await test.application(of: .template("a"), "a1")
        let now = SeenDigests(present: .of("a1"), appliedFile: .of("a1"), file: .of("a1"))
        #expect(
            try await apply(test, [application, application], keepsGoing: true) == [.applied, .moved(now: now)])
    }

    @Test func `revisions are numbered, newest first, whatever made them`() async throws {
        let (test, id) = try await prepared()
        try await test.apply(.template("a"), "a1")
        let object = try #require(try await test.store.object(.template("a")))
        try await test.change(.changeObject(object.id, .template("a", source: "core", path: "a", text: "edited")))
        try await test.sync(id, [("a", "a2")])
        try await test.apply(.template("a"), "a2", action: .autoApply)
        try await test.apply(.template("a"), "a1", action: .revert)

        let revisions = try await test.store.revisions(of: object.id)
        #expect(revisions.map(\.number) == [4, 3, 2, 1])
        #expect(revisions.map(\.action) == [.revert, .autoApply, .edit, .apply])
        #expect(revisions.map(\.content) == [.of("a1"), .of("a2"), .of("edited"), .of("a1")])
        #expect(revisions.map(\.before) == [.of("a2"), .of("edited"), .of("a1"), nil])
        #expect(revisions.map(\.file) == [.of("a2"), .of("a2"), nil, .of("a1")])
    }

    @Test func `an object without a link can be reverted`() async throws {
        let test = try TestStore()
        try await test.change(.addObject(.template("a", text: "one")))
        let object = try #require(try await test.store.object(.template("a")))
        let revert = Application(
            object: object.id, reference: object.reference,
            seen: SeenDigests(present: .of("one"), appliedFile: nil, file: nil), content: .text("zero"),
            file: .of("file"), revision: nil, action: .revert)
        #expect(try await apply(test, [revert]) == [.applied])
        #expect(
            try await apply(test, [revert]) == [
                .moved(now: SeenDigests(present: .of("zero"), appliedFile: .of("file"), file: nil))
            ])
    }

    @Test func `of two processes that apply the same at once exactly one wins`() async throws {
        let (test, id) = try await prepared()
        let other = try test.reopened()
        for round in 0..<20 {
            try await test.sync(id, [("a", "round \(round)")])
            let application = try await test.application(of: .template("a"), "round \(round)")
            let outcomes = try await withThrowingTaskGroup(of: [ApplicationOutcome].self) { group in
                for store in [test.store, other] {
                    group.addTask {
                        try await store.apply(
                            [application], keepsGoing: false, by: TestStore.actor, at: TestStore.noon)
                    }
                }
                var all: [ApplicationOutcome] = []
                for try await outcomes in group { all += outcomes }
                return all
            }
            #expect(outcomes.count { $0 == .applied } == 1)
        }
        let object = try #require(try await test.store.object(.template("a")))
        #expect(try await test.store.revisions(of: object.id).count == 20)
    }
}
