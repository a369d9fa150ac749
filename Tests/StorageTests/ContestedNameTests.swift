import Model
import Storage
import Testing

/// Patterns of several sources that make the same name.
@Suite struct ContestedNames {
    private struct World {
        let test: TestStore
        let first: SourceID
        let second: SourceID

        /// The source "first" was added first; both have a pattern that makes "leaf".
        init() async throws {
            test = try TestStore()
            first = try await test.addSource("first").id
            second = try await test.addSource("second").id
            for source in ["first", "second"] {
                try await test.change(
                    .addPattern(
                        LinkPatternSettings(
                            kind: .configTemplate, source: SourceName(stored: source), pattern: try PathPattern("*")),
                        []))
            }
        }

        @discardableResult
        func sync(_ source: SourceID, path: String, name: String = "leaf") async throws -> CommittedSync {
            let sourceName = source == first ? "first" : "second"
            let pattern = try #require(
                try await test.store.linkPatterns(of: SourceName(stored: sourceName)).first)
            return try await test.sync(
                source, [(path, sourceName)],
                patterned: [
                    PatternedObject(
                        pattern: pattern.id, reference: .template(name), fields: [:], path: RelativePath(path),
                        isAutoSyncEnabled: false)
                ])
        }

        func winner() async throws -> String? {
            try await test.store.object(.template("leaf"))?.link.map { "\($0.source):\($0.path)" }
        }

        func problems(of source: SourceID) async throws -> [String] {
            try await test.store.problems(of: source).map { "\($0.name): \($0.reason)" }
        }
    }

    @Test(arguments: [true, false])
    func `the source that was added first gets the name, whichever is synced first`(firstGoesFirst: Bool) async throws {
        let world = try await World()
        if firstGoesFirst { try await world.sync(world.first, path: "one") }
        try await world.sync(world.second, path: "two")
        if !firstGoesFirst { try await world.sync(world.first, path: "one") }
        #expect(try await world.winner() == "first:one")
        #expect(try await world.problems(of: world.first) == [])
        #expect(
            try await world.problems(of: world.second) == [
                "two: the name config-template/leaf belongs to \"one\" of data source \"first\"; link it by hand to "
                    + "give it another"
            ])
        #expect(try await world.test.store.objects(of: nil).count == 1)
    }

    @Test func `an object that was applied, edited or linked by hand is not taken away`() async throws {
        let applied = try await World()
        try await applied.sync(applied.second, path: "two")
        try await applied.test.apply(.template("leaf"), "second")
        let skipped = try await applied.sync(applied.first, path: "one").skipped
        #expect(skipped.map(\.winner?.path.string) == ["two"])
        #expect(try await applied.winner() == "second:two")
        #expect(
            try await applied.problems(of: applied.first).first?.contains("\"two\" of data source \"second\"") == true)

        let edited = try await World()
        try await edited.sync(edited.second, path: "two")
        let object = try #require(try await edited.test.store.object(.template("leaf")))
        let draft = ObjectDraft(reference: object.reference, fields: ["description": "mine"], link: object.link)
        let later = Timestamp(seconds: 1_800_000_005)
        try await edited.test.store.change(
            [.changeObject(object.id, draft)], expecting: nil, by: TestStore.actor, at: later)
        try await edited.sync(edited.first, path: "one")
        #expect(try await edited.winner() == "second:two")

        let byHand = try await World()
        try await byHand.test.change(.addObject(.template("leaf", source: "second", path: "two")))
        try await byHand.sync(byHand.first, path: "one")
        #expect(try await byHand.winner() == "second:two")
    }

    @Test func `an object that makes way is in the audit log`() async throws {
        let world = try await World()
        try await world.sync(world.second, path: "two")
        try await world.sync(world.first, path: "one")
        let rows = try await world.test.store.auditRows(before: nil, limit: 2).map(\.entry)
        #expect(rows.map(\.action).contains("add"))
        #expect(rows.contains { $0.detail == "for a file of data source \"first\", in place of one of \"second\"" })
    }
}
