import Model
import Storage
import Testing

@Suite struct Catalogs {
    private func pattern(_ text: String, of source: String = "core") -> LinkPatternSettings {
        LinkPatternSettings(
            kind: .configTemplate, source: SourceName(stored: source), pattern: PathPattern(stored: text),
            fields: ["mime_type": "text/plain"], isAutoSyncEnabled: true)
    }

    private func patterned(_ name: String, _ path: String, _ pattern: LinkPatternID? = nil) throws -> PatternedObject {
        PatternedObject(
            pattern: pattern, reference: .template(name), fields: ["mime_type": "text/plain"],
            path: try RelativePath(path), isAutoSyncEnabled: true)
    }

    private func audited(_ test: TestStore, _ limit: Int = 100) async throws -> [String] {
        try await test.store.auditRows(before: nil, limit: limit).map {
            "\($0.entry.action) \($0.entry.type.rawValue) \($0.entry.name): \($0.entry.detail)"
        }
    }

    @Test func `what is declared comes back as it was`() async throws {
        let test = try TestStore()
        var settings = DataSourceSettings.named("core")
        settings.isEnabled = false
        settings.description = "d"
        settings.ignoreRules = "*.bak\n!keep.bak"
        settings.syncInterval = 60
        let fields: [String: JSONValue] = ["weight": 1_000, "regions": ["a", "b"], "note": .null]
        var draft = ObjectDraft.template("leaf", source: "core", path: "a", isAutoSyncEnabled: true, text: "text")
        draft.fields = fields
        try await test.change(.addSource(settings), .addObject(draft), .addPattern(pattern("t/**"), []))

        let catalog = try await test.store.catalog()
        #expect(catalog.version == 1)
        #expect(catalog.sources.map(\.settings) == [settings])
        #expect(catalog.sources.first?.state == .init(created: TestStore.noon, lastUpdated: TestStore.noon))
        let object = try #require(catalog.objects.first)
        #expect(object.reference == draft.reference)
        #expect(object.fields == fields)
        #expect(object.link == draft.link)
        #expect(object.content == .init(present: .of("text"), changedAt: TestStore.noon))
        #expect(catalog.patterns.map(\.settings) == [pattern("t/**")])
        #expect(try await test.store.linkPatterns(of: SourceName("core")) == catalog.patterns)
        #expect(try await test.store.linkPatterns(of: SourceName("other")) == [])
        #expect(try await test.store.revisions(of: object.id).map(\.action) == [.create])
    }

    @Test func `a call makes all its changes or none`() async throws {
        let test = try TestStore()
        _ = try await test.addSource("core")
        let version = try await test.store.catalog().version
        await #expect(throws: StoreError.nameTaken("data source \"core\"")) {
            try await test.change(.addSource(.named("new")), .addSource(.named("core")))
        }
        await #expect(throws: StoreError.notFound("data source \"nowhere\"")) {
            try await test.change(
                .addSource(.named("new")), .addObject(.template("leaf", source: "nowhere", path: "a")))
        }
        #expect(try await test.store.dataSources().map(\.name.description) == ["core"])
        #expect(try await test.store.catalog().version == version)
    }

    @Test func `changes decided on an older version are refused`() async throws {
        let test = try TestStore()
        let version = try await test.store.catalog().version
        _ = try await test.addSource("core")
        await #expect(throws: StoreError.catalogMoved) {
            try await test.store.change(
                [.addSource(.named("new"))], expecting: version, by: TestStore.actor, at: TestStore.noon)
        }
        try await test.store.change(
            [.addSource(.named("new"))], expecting: version + 1, by: TestStore.actor, at: TestStore.noon)
    }

    @Test func `changing a source keeps its files and audits names, never values`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1")])
        var settings = DataSourceSettings.named("renamed")
        settings.sourceURL = SourceURL("https://user:secret@example.net/x")
        settings.parameters["password"] = .literal("other secret")
        settings.parameters["token"] = nil
        try await test.change(.changeSource(id, settings))
        #expect(try await test.store.openedSettings(of: test.source("renamed")) == settings)
        #expect(try await test.contents(id) == ["a=1"])
        #expect(
            try await audited(test, 1) == [
                "change core.datasource renamed: name, source_url, parameters.password, parameters.token"
            ])
        _ = try await test.addSource("other")
        await #expect(throws: StoreError.nameTaken("data source \"other\"")) {
            try await test.change(.changeSource(id, .named("other")))
        }
        await #expect(throws: StoreError.notFound("data source with the number 77")) {
            try await test.change(.changeSource(SourceID(77), .named("x")))
        }
    }

    @Test func `a source that links or patterns name is not removed, and says which`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.change(
            .addObject(.template("leaf", source: "core", path: "a")), .addPattern(pattern("templates/**"), []))
        await #expect(
            throws: StoreError.inUse(
                "data source \"core\"", by: ["config-template/leaf", "pattern templates/**"])
        ) { try await test.change(.removeSource(id)) }

        let catalog = try await test.store.catalog()
        let (object, pattern) = (try #require(catalog.objects.first), try #require(catalog.patterns.first))
        try await test.change(.removeObject(object.id), .removePattern(pattern.id), .removeSource(id))
        #expect(try await test.store.catalog().sources.isEmpty)
    }

    @Test func `a sync whose source is removed has lost its claim`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let claim = try await test.claim(id)
        try await test.change(.removeSource(id))
        await #expect(throws: StoreError.claimLost(SourceName(stored: "core"))) {
            try await test.store.commit(.with(ChangeCounts()), under: claim)
        }
    }

    @Test func `neither a link to another file nor an edit of fields forgets what was applied`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1"), ("b", "1")])
        try await test.change(.addObject(.template("leaf", source: "core", path: "a")))
        try await test.apply(.template("leaf"), "1")
        let before = try #require(try await test.store.object(.template("leaf")))

        var draft = ObjectDraft.template("leaf", source: "core", path: "a")
        draft.fields = ["description": "x"]
        try await test.change(.changeObject(before.id, draft))
        var after = try #require(try await test.store.object(.template("leaf")))
        #expect(after.content == before.content)
        #expect(after.fields == draft.fields)
        #expect(try await audited(test, 1) == ["change extras.configtemplate leaf: description"])

        try await test.change(.changeObject(before.id, .template("leaf", source: "core", path: "b")))
        after = try #require(try await test.store.object(.template("leaf")))
        #expect(after.content.appliedFile == .of("1"))
        #expect(after.content.present == .of("1"))
        #expect(!after.content.isEdited)
        #expect(try await audited(test, 1) == ["change extras.configtemplate leaf: description, data_path"])
    }

    @Test func `names are compared by their bytes`() async throws {
        let test = try TestStore()
        try await test.change(.addObject(.template("caf\u{E9}")), .addObject(.template("cafe\u{301}")))
        let names = try await test.store.objects(of: nil).map { Array($0.reference.name.description.utf8) }
        #expect(names == [Array("cafe\u{301}".utf8), Array("caf\u{E9}".utf8)])
        await #expect(throws: StoreError.nameTaken("config template \"caf\u{E9}\"")) {
            try await test.change(.addObject(.template("caf\u{E9}")))
        }
    }

    @Test func `a pattern makes objects for the files that are there`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("t/a", "1"), ("t/b", "1")])
        try await test.change(
            .addObject(.template("a", source: "core", path: "t/a")),
            .addPattern(pattern("t/**"), [try patterned("a", "t/a"), try patterned("b", "t/b")]))
        let made = try await test.store.catalog()
        #expect(made.objects.map { $0.link?.pattern } == [nil, made.patterns.first?.id])
        #expect(made.objects.last?.fields == ["mime_type": "text/plain"])
        #expect(made.objects.last?.link?.isAutoSyncEnabled == true)

        await #expect(throws: StoreError.nameTaken("config template \"b\"")) {
            try await test.change(.addPattern(pattern("u/**"), [try patterned("b", "u/b")]))
        }
        await #expect(throws: StoreError.nameTaken("pattern \"t/**\" of data source \"core\"")) {
            try await test.change(.addPattern(pattern("t/**"), []))
        }
        let patternID = try #require(made.patterns.first?.id)
        var changed = pattern("t/*")
        changed.fields = [:]
        try await test.change(.changePattern(patternID, changed))
        #expect(try await test.store.linkPatterns(of: SourceName("core")).map(\.settings) == [changed])
        #expect(try await audited(test, 1) == ["change extras.configtemplate pattern t/*: data_path, mime_type"])
        try await test.change(.removePattern(patternID))
        #expect(try await test.store.objects(of: nil).map { $0.link?.pattern } == [nil, nil])
    }

    @Test func `a sync makes the objects of its patterns, and returns those whose name is taken`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.change(.addPattern(pattern("t/**"), []), .addObject(.template("taken")))
        let patternID = try #require(try await test.store.catalog().patterns.first?.id)
        let version = try await test.store.catalog().version
        let (made, skipped) = (try patterned("a", "t/a", patternID), try patterned("taken", "t/taken", patternID))
        let orphan = try patterned("orphan", "t/orphan", LinkPatternID(99))

        let files: [(String, String?)] = [("t/a", "1"), ("t/taken", "1"), ("t/orphan", "1")]
        let first = try await test.sync(id, files, patterned: [made, skipped, orphan])
        #expect(first.skipped.map(\.reference) == [skipped.reference])
        #expect(first.moved.map(\.object.reference) == [.template("a")])
        #expect(try await test.store.catalog().version == version + 1)
        let again = try await test.sync(id, [("t/a", "2")], patterned: [made])
        #expect(again.skipped == [])
        #expect(try await test.store.catalog().version == version + 1)
    }

    @Test func `an object of a pattern leaves with its file only while it never held content`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.change(.addPattern(pattern("t/**"), []), .addObject(.template("own", source: "core", path: "o")))
        let patternID = try #require(try await test.store.catalog().patterns.first?.id)
        let objects = try ["empty", "applied", "still"].map { try patterned($0, "t/\($0)", patternID) }
        try await test.sync(
            id, [("o", "1"), ("t/applied", "1"), ("t/empty", "1"), ("t/still", "1")], patterned: objects)
        try await test.apply(.template("applied"), "1")
        try await test.sync(id, [("o", nil), ("t/applied", nil), ("t/empty", nil)])
        #expect(
            try await test.store.objects(of: nil).map(\.reference.name.description) == ["applied", "own", "still"])
        #expect(
            try await audited(test, 2) == [
                "sync core.datasource core: ",
                "delete extras.configtemplate empty: its file left data source \"core\"",
            ])
    }
}
