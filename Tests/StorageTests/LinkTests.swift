import Model
import Storage
import Testing

@Suite struct Links {
    private func state(of linked: LinkedObject) -> ObjectState {
        ObjectState(of: linked.object.content, file: linked.file?.digest, decodes: linked.verdict?.fault == nil)
    }

    private func states(in test: TestStore, _ filter: LinkedObjectFilter = LinkedObjectFilter()) async throws
        -> [String]
    {
        try await test.store.linkedObjects(filter).map {
            "\($0.object.reference.name) \(state(of: $0).rawValue) \($0.broughtBy?.generation.number ?? 0)"
        }
    }

    @Test func `each state follows from what is applied, edited and replicated`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let names = ["conflict", "edited", "gone", "invalid", "never", "new", "old", "same"]
        try await test.sync(id, names.filter { $0 != "never" }.map { ($0, "\($0) 1") })
        for name in names {
            try await test.change(.addObject(.template(name, source: "core", path: name)))
            if name != "never", name != "new" { try await test.apply(.template(name), "\(name) 1") }
        }
        for name in ["conflict", "edited"] {
            let object = try #require(try await test.store.object(.template(name)))
            try await test.change(
                .changeObject(object.id, .template(name, source: "core", path: name, text: "by hand \(name)")))
        }
        try await test.store.remember([
            try DecodeVerdict(
                kind: .configTemplate, path: RelativePath("invalid"), digest: .of("invalid 2"), fault: "line 3: no"),
            try DecodeVerdict(kind: .configTemplate, path: RelativePath("old"), digest: .of("old 2"), fault: nil),
        ])
        try await test.sync(
            id, [("conflict", "conflict 2"), ("invalid", "invalid 2"), ("old", "old 2"), ("gone", nil)])

        #expect(
            try await states(in: test) == [
                "conflict conflict 2", "edited edited_locally 1", "gone source_missing 2", "invalid invalid 2",
                "never source_missing 0", "new out_of_date 1", "old out_of_date 2", "same in_sync 1",
            ])
        let linked = try await test.store.linkedObjects(LinkedObjectFilter())
        #expect(linked.first { $0.object.reference == .template("invalid") }?.verdict?.fault == "line 3: no")
        #expect(linked.map(\.sourceID) == Array(repeating: id, count: 8))
        #expect(linked.allSatisfy { $0.file == nil || $0.file?.path == $0.link.path })
        #expect(linked.compactMap(\.broughtBy?.revision).allSatisfy { $0 == .commit("r") })
    }

    @Test func `a file that changes and changes back raises no flag`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1")])
        try await test.change(.addObject(.template("leaf", source: "core", path: "a")))
        try await test.apply(.template("leaf"), "1")
        try await test.sync(id, [("a", "2")])
        #expect(try await states(in: test) == ["leaf out_of_date 2"])
        try await test.sync(id, [("a", "1")])
        #expect(try await states(in: test) == ["leaf in_sync 3"])
    }

    @Test func `successors hold what the missing file last held, five at most, in path order`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let other = try await test.addSource("other").id
        try await test.sync(id, [("a", "0"), ("b", "text"), ("keep", "text"), ("old", "text")])
        try await test.sync(id, [("a", "text")])
        try await test.sync(id, [("a", nil), ("b", nil), ("old", "moved on")])
        try await test.sync(other, [("elsewhere", "text")])
        for name in ["a", "b", "keep"] {
            try await test.change(.addObject(.template(name, source: "core", path: name)))
        }
        func successors() async throws -> [[String]] {
            try await test.store.linkedObjects(LinkedObjectFilter()).map { $0.successors.map(\.string) }
        }
        #expect(try await successors() == [["keep"], ["keep"], []])
        try await test.sync(id, (0..<9).map { ("z\($0)", "text") })
        let five = ["keep", "z0", "z1", "z2", "z3"]
        #expect(try await successors() == [five, five, []])
        try await test.sync(id, [("a", "text")])
        #expect(try await successors() == [[], ["a", "keep", "z0", "z1", "z2"], []])
    }

    @Test func `filters take source, kind, names and auto-sync`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        _ = try await test.addSource("other")
        try await test.sync(id, [("a", "1")])
        let context = ObjectReference(.configContext, try ObjectName("leaf"))
        let link = SyncedObject.Link(source: try SourceName("other"), path: try RelativePath("x"))
        try await test.change(
            .addObject(.template("leaf", source: "core", path: "a", isAutoSyncEnabled: true)),
            .addObject(.template("spine", source: "core", path: "a")),
            .addObject(ObjectDraft(reference: context, link: link)), .addObject(.template("unlinked")))
        func found(_ filter: LinkedObjectFilter) async throws -> [String] {
            try await test.store.linkedObjects(filter).map(\.object.reference.description)
        }
        #expect(
            try await found(LinkedObjectFilter())
                == ["config-context/leaf", "config-template/leaf", "config-template/spine"])
        #expect(try await found(LinkedObjectFilter(source: SourceName("other"))) == ["config-context/leaf"])
        #expect(try await found(LinkedObjectFilter(kind: .configContext)) == ["config-context/leaf"])
        #expect(try await found(LinkedObjectFilter(isAutoSyncOnly: true)) == ["config-template/leaf"])
        #expect(
            try await found(LinkedObjectFilter(references: [.template("spine"), context, .template("unlinked")]))
                == ["config-context/leaf", "config-template/spine"])
        #expect(try await found(LinkedObjectFilter(references: [])) == [])
    }

    @Test func `a commit tells which objects it moved out of step`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.change(
            .addObject(.template("leaf", source: "core", path: "a")),
            .addObject(.template("spine", source: "core", path: "b")))
        func moved(_ files: [(String, String?)]) async throws -> [String] {
            try await test.sync(id, files).moved.map { "\($0.object.reference.name) \(state(of: $0).rawValue)" }
        }
        #expect(try await moved([("a", "1"), ("b", "1"), ("c", "1")]) == ["leaf out_of_date", "spine out_of_date"])
        try await test.apply(.template("leaf"), "1")
        #expect(try await moved([("c", "2")]) == [])
        #expect(try await moved([("a", "2")]) == ["leaf out_of_date"])
        #expect(try await moved([("a", "1")]) == [])
        #expect(try await moved([("a", nil)]) == ["leaf source_missing"])
        #expect(try await moved([]) == [])
        #expect(try await moved([("a", "1")]) == [])
    }
}
