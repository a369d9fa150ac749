import Fixtures
import Model
import Permissions
import Stages
import Synchronization
import Testing

@Suite struct ApplyTests {
    /// A synced source with templates "a", "b" and "c", linked and never applied.
    private func bench() async throws -> Bench {
        let bench = try await Bench()
        for name in ["a", "b", "c"] {
            bench.remote.write("\(name).j2", "\(name)1")
            try await bench.link(name, to: "\(name).j2")
        }
        try await bench.sync()
        return bench
    }

    @Test func `what moved since somebody looked is refused, and nothing is written`() async throws {
        let bench = try await bench()
        let seen = try await bench.statuses("a", "b")
        bench.remote.write("b.j2", "b2")
        try await bench.sync()
        let reports = try await bench.apply(seen, permit: try bench.admin.permitApply(seen, sources: []))
        #expect(reports.map(\.reference.name.description) == ["a", "b"])
        #expect(reports[0].outcome == .refused(.withheld))
        guard case .refused(.moved) = reports[1].outcome else {
            Issue.record("a moved file was applied")
            return
        }
        #expect(try await bench.content("a") == nil)
        #expect(try await bench.content("b") == nil)
    }

    @Test func `an edit since somebody looked is refused too`() async throws {
        let bench = try await bench()
        let seen = try await bench.statuses("a")
        try await bench.edit("a", "mine")
        let reports = try await bench.apply(seen, permit: try bench.admin.permitApply(seen, sources: []))
        guard case .refused(.moved) = reports[0].outcome else {
            Issue.record("an edit was overwritten unseen")
            return
        }
        #expect(try await bench.content("a") == "mine")
    }

    @Test func `no more content is held at once than a batch may have, and all is applied`() async throws {
        let bench = try await Bench()
        let sizes = [4, 4, 4, 30, 1, 9, 1]
        let names = sizes.indices.map { "t\($0)" }
        for (name, size) in zip(names, sizes) {
            bench.remote.write(name, String(repeating: "x", count: size))
            try await bench.link(name, to: name)
        }
        try await bench.sync()
        // The moment is asked for once for each transaction.
        let transactions = Mutex(0)
        let apply = Apply(store: bench.store, bytesAtOnce: 10) {
            transactions.withLock { $0 += 1 }
            return Timestamp(seconds: 2_000_000)
        }
        let seen = try await bench.statuses()
        let reports = try await apply(
            seen, permit: try bench.admin.permitApply(seen, sources: []), keepsGoing: true)
        #expect(reports.map(\.reference.name.description) == names)
        #expect(reports.allSatisfy { $0.outcome == .applied })
        // 4 + 4, 4, 30, 1 + 9, 1
        #expect(transactions.withLock { $0 } == 5)
    }

    @Test func `one that cannot be applied holds back the others, unless going on was asked for`() async throws {
        let bench = try await bench()
        bench.remote.remove("b.j2")
        try await bench.sync()
        let strict = try await bench.apply("a", "b", "c")
        #expect(strict.map(\.outcome) == [.refused(.withheld), .refused(.sourceMissing), .refused(.withheld)])
        #expect(try await bench.content("a") == nil)

        let lenient = try await bench.apply("a", "b", "c", keepsGoing: true)
        #expect(lenient.map(\.outcome) == [.applied, .refused(.sourceMissing), .applied])
        #expect(try await bench.content("c") == "c1")
    }

    @Test func `applying twice writes once`() async throws {
        let bench = try await bench()
        try await bench.apply("a")
        let object = try #require(try await bench.store.object(Bench.template("a")))
        #expect(try await bench.apply("a").map(\.outcome) == [.alreadyCurrent])
        #expect(try await bench.store.revisions(of: object.id).count == 1)
    }

    @Test func `history tells who, from which revision, and both digests`() async throws {
        let bench = try await bench()
        bench.remote.state.withLock { $0.revision = "r9" }
        bench.remote.write("a.j2", "a2")
        try await bench.sync()
        try await bench.apply("a")
        let object = try #require(try await bench.store.object(Bench.template("a")))
        let revision = try #require(try await bench.store.revisions(of: object.id).first)
        #expect(revision.actor == AuditActor(name: "root"))
        #expect(revision.action == .apply)
        #expect(revision.before == nil)
        #expect(revision.content == Digest(sha256: "a2".utf8))
        #expect(revision.revision?.revision == Revision("r9"))
        let row = try #require(try await bench.store.auditRows(before: nil, limit: 1).first?.entry)
        #expect(row.action == "apply")
        #expect(row.after == Digest(sha256: "a2".utf8))
        #expect(row.revision == Revision("r9"))
    }

    @Test func `revert puts back the content before, and the object is out of date again`() async throws {
        let bench = try await bench()
        try await bench.apply("a")
        bench.remote.write("a.j2", "a2")
        try await bench.sync()
        try await bench.apply("a")
        let seen = try #require(try await bench.statuses("a").first)
        let report = try await bench.revert(seen, to: nil, permit: try bench.admin.permitApply([seen], sources: []))
        #expect(report.outcome == .applied)
        #expect(try await bench.content("a") == "a1")
        #expect(try await bench.state("a") == .outOfDate)

        let again = try #require(try await bench.statuses("a").first)
        let missing = try await bench.revert(again, to: 77, permit: try bench.admin.permitApply([again], sources: []))
        #expect(missing.outcome == .refused(.noSuchRevision))
    }

    @Test func `more than a batch is applied each for itself, and each has its report in order`() async throws {
        let bench = try await Bench()
        let names = (1_000..<2_003).map { "t\($0)" }
        for name in names { bench.remote.write("\(name).j2", name) }
        try await bench.change(
            .addPattern(
                LinkPatternSettings(kind: .configTemplate, source: Bench.core, pattern: try PathPattern("*.j2")), []))
        try await bench.sync()
        let seen = try await bench.statuses()
        for name in ["t1500", "t2001"] {
            try await bench.edit(name, "mine")
        }
        let permit = try bench.admin.permitApply(seen, sources: [])
        let reports = try await bench.apply(seen, permit: permit, keepsGoing: true)
        #expect(reports.map(\.reference.name.description) == names)
        #expect(reports.filter { !$0.isDone }.map(\.reference.name.description) == ["t1500", "t2001"])
        #expect(try await bench.content("t1999") == "t1999")
        #expect(try await bench.content("t2002") == "t2002")
        #expect(try await bench.content("t2001") == "mine")
    }

    @Test func `auto-sync applies with its own grants, and never over an edit`() async throws {
        let bench = try await bench()
        for name in ["a", "b"] {
            let object = try #require(try await bench.store.object(Bench.template(name)))
            let link = SyncedObject.Link(
                source: Bench.core, path: try RelativePath("\(name).j2"), isAutoSyncEnabled: true)
            try await bench.change(.changeObject(object.id, ObjectDraft(reference: object.reference, link: link)))
        }
        try await bench.edit("b", "mine")
        let report = try await bench.sync()
        #expect(report.autoApplied.map(\.outcome) == [.applied, .refused(.editedLocally)])
        #expect(try await bench.content("a") == "a1")
        #expect(try await bench.content("b") == "mine")
        #expect(try await bench.content("c") == nil)
        let object = try #require(try await bench.store.object(Bench.template("a")))
        let revision = try #require(try await bench.store.revisions(of: object.id).first)
        #expect(revision.actor.name == AutoSync.principalName)
        #expect(revision.action == .autoApply)

        let permission = try #require(
            try await bench.store.permissions().first { $0.users.contains(AutoSync.principalName) })
        try await bench.store.change(
            [.removePermission(name: permission.name)], expecting: nil, by: AuditActor(name: "root"), at: bench.now())
        bench.remote.write("a.j2", "a2")
        let refused = try await bench.sync()
        #expect(
            refused.autoApplied.map(\.outcome)
                == [.refused(.editedLocally), .refused(.notPermitted("extras.sync_configtemplate"))])
        #expect(try await bench.content("a") == "a1")
    }
}
