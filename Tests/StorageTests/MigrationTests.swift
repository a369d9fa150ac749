import Model
import Testing

@testable import Storage

@Suite struct MigrationTests {
    private static let first = RevisionDetails(
        revision: Revision("r1"), author: "Ada <ada@example.net>", authoredAt: Timestamp(microseconds: 5),
        subject: "first")

    @Test func `a store of the first version is brought up to date with all that it holds`() async throws {
        let old = try Version1Store(["core": ("https://git.example/net.git", #"{"branch":"main"}"#)])
        let store = try old.open()
        let source = try #require(try await store.dataSource(named: SourceName(stored: "core")))
        #expect(source.settings.sourceURL == SourceURL("https://git.example/net.git"))
        #expect(source.settings.parameters == ["branch": .literal("main")])
        #expect(source.state.revision == Self.first)
        #expect(try await store.generations(of: source.id, limit: 9).map(\.revision) == [Self.first])
        let object = try #require(try await store.objects(of: nil).first)
        #expect(try await store.revisions(of: object.id).map(\.revision) == [Self.first])
        #expect(try await store.users().map(\.name) == ["root"])
    }

    @Test func `a store is brought up to date once`() async throws {
        let old = try Version1Store(["core": ("https://git.example/net.git", "{}")])
        try old.open().close()
        let store = try old.open()
        #expect(try await store.dataSources().map(\.name.description) == ["core"])
    }

    @Test func `the ref that led to a revision is kept wherever the revision is`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let revision = RevisionDetails(
            revision: Revision("r1"), author: "Ada", authoredAt: TestStore.noon, subject: "s", ref: "refs/tags/v1.2.3")
        let claim = try await test.claim(id)
        try await test.store.stage([.added(.text("1", at: RelativePath("a")))], under: claim)
        _ = try await test.store.commit(.with(.added(1), revision: revision), under: claim)
        try await test.change(.addObject(.template("leaf", source: "core", path: "a")))
        try await test.apply(.template("leaf"), "1")

        #expect(try await test.source("core").state.revision?.ref == "refs/tags/v1.2.3")
        #expect(try await test.store.generations(of: id, limit: 1).map(\.revision) == [revision])
        #expect(try await test.store.history(of: RelativePath("a"), in: id).map(\.since.revision) == [revision])
        let linked = try #require(try await test.linked(.template("leaf")))
        #expect(linked.broughtBy?.revision == revision)
        #expect(try await test.store.revisions(of: linked.object.id).first?.revision == revision)
    }
}
