import Fixtures
import Model
import Stages
import Synchronization
import Testing

/// States follow from digests alone, whatever happened in between.
@Suite struct FlagTests {
    @Test func `a linked object is out of date until it is applied`() async throws {
        let bench = try await Bench()
        bench.remote.write("leaf.j2", "one")
        try await bench.link("leaf", to: "leaf.j2")
        #expect(try await bench.state("leaf") == .sourceMissing)
        let report = try await bench.sync()
        #expect(report.newlyOutOfDate.map(\.object.reference) == [Bench.template("leaf")])
        #expect(try await bench.state("leaf") == .outOfDate)
        #expect(try await bench.content("leaf") == nil)
        try await bench.apply("leaf")
        #expect(try await bench.state("leaf") == .inSync)
        #expect(try await bench.content("leaf") == "one")
    }

    @Test func `a change raises a flag that names what brought it`() async throws {
        let bench = try await Bench.applied()
        bench.remote.state.withLock { $0.revision = "c0ffee" }
        bench.remote.write("leaf.j2", "two")
        #expect(try await bench.sync().newlyOutOfDate.count == 1)
        let status = try #require(try await bench.statuses("leaf").first)
        #expect(status.state == .outOfDate)
        #expect(status.revision?.revision == Revision("c0ffee"))
        #expect(status.revision?.author == "Ada <ada@example.org>")
        #expect(status.file?.since == Generation(2))
        #expect(status.since == status.file?.lastUpdated)
        #expect(try await bench.content("leaf") == "one")
    }

    @Test func `a file that changes and changes back raises no flag`() async throws {
        let bench = try await Bench.applied()
        bench.remote.write("leaf.j2", "two")
        try await bench.sync()
        bench.remote.write("leaf.j2", "one")
        #expect(try await bench.sync().newlyOutOfDate.isEmpty)
        #expect(try await bench.state("leaf") == .inSync)
    }

    @Test func `a touched file raises no flag`() async throws {
        let bench = try await Bench.applied()
        bench.remote.write("leaf.j2", "one")
        let report = try await bench.sync()
        #expect(report.counts.touched == 1)
        #expect(report.newlyOutOfDate.isEmpty)
        #expect(try await bench.state("leaf") == .inSync)
    }

    @Test func `a local edit shows, and becomes a conflict when the file moves too`() async throws {
        let bench = try await Bench.applied()
        try await bench.edit("leaf", "mine")
        #expect(try await bench.state("leaf") == .editedLocally)
        bench.remote.write("leaf.j2", "two")
        try await bench.sync()
        #expect(try await bench.state("leaf") == .conflict)
        try await bench.edit("leaf", "one")
        #expect(try await bench.state("leaf") == .outOfDate)
    }

    @Test func `a file that goes keeps link and content, and comes back into sync`() async throws {
        let bench = try await Bench.applied()
        bench.remote.remove("leaf.j2")
        let report = try await bench.sync()
        #expect(report.newlyOutOfDate.map(\.state) == [.sourceMissing])
        let status = try #require(try await bench.statuses("leaf").first)
        #expect(status.state == .sourceMissing)
        #expect(status.link.path.string == "leaf.j2")
        #expect(status.since != nil)
        #expect(try await bench.content("leaf") == "one")
        let refused = try await bench.apply("leaf")
        #expect(refused.map(\.outcome) == [.refused(.sourceMissing)])

        bench.remote.write("leaf.j2", "one")
        try await bench.sync()
        #expect(try await bench.state("leaf") == .inSync)
    }

    @Test func `a renamed file is named as the likely successor`() async throws {
        let bench = try await Bench.applied()
        bench.remote.remove("leaf.j2")
        bench.remote.write("other.j2", "other")
        bench.remote.write("renamed/leaf.j2", "one")
        try await bench.sync()
        let status = try #require(try await bench.statuses("leaf").first)
        #expect(status.likelySuccessors.map(\.string) == ["renamed/leaf.j2"])
        #expect(status.reason.contains("renamed/leaf.j2"))
    }

    @Test func `content that does not decode is invalid, and the last good content stays`() async throws {
        let bench = try await Bench.applied()
        bench.remote.state.withLock { state in
            state.files["leaf.j2"] = ScriptedRemote.File(content: [0x66, 0xFF, 0xFE], fingerprint: 99)
        }
        #expect(try await bench.sync().newlyOutOfDate.map(\.state) == [.invalid])
        let status = try #require(try await bench.statuses("leaf").first)
        #expect(status.decodeFault != nil)
        guard case .refused(.invalid)? = try await bench.apply("leaf").first?.outcome else {
            Issue.record("an invalid file was applied")
            return
        }
        #expect(try await bench.content("leaf") == "one")
    }

    @Test func `editing another field never changes content or state`() async throws {
        let bench = try await Bench.applied()
        bench.remote.write("leaf.j2", "two")
        try await bench.sync()
        let object = try #require(try await bench.store.object(Bench.template("leaf")))
        try await bench.change(
            .changeObject(
                object.id,
                ObjectDraft(
                    reference: object.reference, fields: ["description": "a leaf"], link: object.link)))
        #expect(try await bench.state("leaf") == .outOfDate)
        #expect(try await bench.content("leaf") == "one")
    }

    @Test func `a pattern follows the files that come and go`() async throws {
        let bench = try await Bench()
        bench.remote.write("templates/a.j2", "a")
        try await bench.sync()
        let settings = LinkPatternSettings(
            kind: .configTemplate, source: Bench.core, pattern: try PathPattern("templates/**/*.j2"))
        let matches = try await Register(store: bench.store).matches(of: settings, in: bench.store.catalog())
        try await bench.change(.addPattern(settings, matches.objects))
        #expect(try await bench.statuses().map(\.object.reference.name.description) == ["a"])

        bench.remote.write("templates/dc/b.j2", "b")
        bench.remote.write("templates/readme.md", "no template")
        try await bench.sync()
        #expect(try await bench.statuses().map(\.object.reference.name.description) == ["a", "dc/b"])
        try await bench.apply("a")

        bench.remote.remove("templates/a.j2")
        bench.remote.remove("templates/dc/b.j2")
        try await bench.sync()
        #expect(try await bench.statuses().map(\.object.reference.name.description) == ["a"])
        #expect(try await bench.state("a") == .sourceMissing)
    }

    @Test func `a pattern does not take over a name that somebody has`() async throws {
        let bench = try await Bench()
        let settings = LinkPatternSettings(
            kind: .configTemplate, source: Bench.core, pattern: try PathPattern("*.j2"))
        try await bench.change(.addPattern(settings, []))
        try await bench.link("leaf", to: "elsewhere.txt")
        bench.remote.write("leaf.j2", "one")
        let report = try await bench.sync()
        #expect(report.skipped.map(\.reference) == [Bench.template("leaf")])
        #expect(try await bench.statuses("leaf").first?.link.path.string == "elsewhere.txt")
    }
}
