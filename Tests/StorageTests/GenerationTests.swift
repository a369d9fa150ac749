import Model
import Storage
import Testing

@Suite struct Generations {
    @Test func `a commit makes one generation, and the ones before stay readable`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1"), ("b", "1"), ("c/d", "1")])
        try await test.sync(id, [("a", "2"), ("b", nil), ("e", "2")])
        try await test.sync(id, [("b", "3")])

        #expect(try await test.contents(id) == ["a=2", "b=3", "c/d=1", "e=2"])
        #expect(try await test.contents(id, at: 3) == ["a=2", "b=3", "c/d=1", "e=2"])
        #expect(try await test.contents(id, at: 2) == ["a=2", "c/d=1", "e=2"])
        #expect(try await test.contents(id, at: 1) == ["a=1", "b=1", "c/d=1"])
        #expect(try await test.contents(id, at: 0) == [])
        #expect(try await test.contents(id, at: 9) == ["a=2", "b=3", "c/d=1", "e=2"])

        let state = try await test.source("core").state
        #expect(state.generation == Generation(3))
        #expect(state.fileCount == 4)
        #expect(state.status == .completed)
        #expect(state.revision == .commit("r"))
        #expect(state.settingsDigest == .of("settings"))
        #expect(try await test.store.generations(of: id, limit: 2).map(\.generation.number) == [3, 2])
    }

    @Test func `staged rows are invisible until they are committed`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1"), ("b", "1")])
        let claim = try await test.claim(id)
        try await test.store.stage(
            [
                .modified(.text("2", at: RelativePath("a"))), .removed(RelativePath("b")),
                .added(.text("2", at: RelativePath("c"))),
            ], under: claim)

        #expect(try await test.contents(id) == ["a=1", "b=1"])
        #expect(try await test.contents(id, at: 2) == ["a=1", "b=1"])
        let known = try await test.store.knownFiles(of: id, after: nil, limit: 10)
        #expect(known.map(\.path.string) == ["a", "b"])
        #expect(known.map(\.digest) == [.of("1"), .of("1")])
        #expect(try await test.store.file(RelativePath("c"), of: id, at: nil) == nil)
        #expect(try await test.store.history(of: RelativePath("c"), in: id).isEmpty)
        #expect(try await test.store.history(of: RelativePath("b"), in: id).map(\.until) == [nil])
        #expect(try await test.source("core").state.status == .syncing)

        var counts = ChangeCounts.added(1)
        counts.modified = 1
        counts.removed = 1
        let committed = try await test.store.commit(.with(counts), under: claim)
        #expect(committed.generation == Generation(2))
        #expect(try await test.contents(id) == ["a=2", "c=2"])
        #expect(try await test.source("core").state.fileCount == 2)
    }

    @Test func `pages are in byte order and end where they are told`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("b", "1"), ("a/x", "1"), ("a", "1"), ("a-b", "1"), ("Z", "1"), ("é", "1")])
        let all = ["Z", "a", "a-b", "a/x", "b", "é"]
        #expect(try await test.store.files(of: id, at: nil, after: nil, limit: 9).map(\.path.string) == all)
        let page = try await test.store.knownFiles(of: id, after: RelativePath("a-b"), limit: 2)
        #expect(page.map(\.path.string) == ["a/x", "b"])
    }

    @Test func `two Unicode forms of one name are two files`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
        try await test.sync(id, [(composed, "1"), (decomposed, "2")])
        let files = try await test.store.files(of: id, at: nil, after: nil, limit: 9)
        #expect(files.map { Array($0.path.string.utf8) } == [Array(decomposed.utf8), Array(composed.utf8)])
        #expect(try await test.store.file(RelativePath(composed), of: id, at: nil)?.digest == .of("1"))
    }

    @Test func `a file keeps its id when it changes, leaves and comes back`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let path = try RelativePath("a")
        var ids: Set<Int64> = []
        for text in ["1", "2", nil, "3"] {
            try await test.sync(id, [("a", text)])
            if let file = try await test.store.file(path, of: id, at: nil) { ids.insert(file.id) }
        }
        #expect(ids.count == 1)
        try await test.sync(id, [("b", "1")])
        let other = try await test.store.file(RelativePath("b"), of: id, at: nil)
        #expect(other.map { ids.contains($0.id) } == false)

        let history = try await test.store.history(of: path, in: id)
        #expect(history.map(\.digest) == [.of("3"), .of("2"), .of("1")])
        #expect(history.map(\.since.generation.number) == [4, 2, 1])
        #expect(history.map { $0.until?.generation.number } == [nil, 3, 2])
        #expect(history.map(\.since.revision) == [.commit("r"), .commit("r"), .commit("r")])
    }

    @Test func `a touched file takes effect at once and makes no generation`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1")])
        let claim = try await test.claim(id)
        let fingerprint = Fingerprint(bytes: [9, 9])
        try await test.store.stage([.touched(RelativePath("a"), fingerprint, isUncertain: true)], under: claim)
        var counts = ChangeCounts()
        counts.touched = 1
        let committed = try await test.store.commit(.with(counts, revision: .commit("later")), under: claim)

        #expect(committed.generation == Generation(1))
        let known = try await test.store.knownFiles(of: id, after: nil, limit: 9)
        #expect(known.map(\.fingerprint) == [fingerprint])
        #expect(known.map(\.isUncertain) == [true])
        let state = try await test.source("core").state
        #expect(state.revision == .commit("later"))
        #expect(try await test.store.generations(of: id, limit: 9).map(\.revision) == [.commit("r")])
    }

    @Test func `the first sync makes a generation even of nothing, the second one does not`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        #expect(try await test.sync(id, []).generation == Generation(1))
        #expect(try await test.sync(id, []).generation == Generation(1))
    }

    @Test func `what was staged can be forgotten, and the claim goes on`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1"), ("b", "1")])
        let claim = try await test.claim(id)
        try await test.store.stage(
            [
                .modified(.text("2", at: RelativePath("a"))), .removed(RelativePath("b")),
                .added(.text("1", at: RelativePath("c"))),
            ], under: claim)
        try await test.store.discardStaged(under: claim)
        // Nothing is there to forget the second time.
        try await test.store.discardStaged(under: claim)
        try await test.store.stage([.added(.text("3", at: RelativePath("d")))], under: claim)
        let committed = try await test.store.commit(.with(.added(1), revision: .commit("later")), under: claim)
        #expect(committed.generation == Generation(2))
        let files = try await test.store.files(of: id, at: nil, after: nil, limit: 9)
        #expect(files.map(\.path.string) == ["a", "b", "d"])
        #expect(files.map(\.digest) == [.of("1"), .of("1"), .of("3")])
        await #expect(throws: StoreError.self) { try await test.store.discardStaged(under: claim) }
    }

    @Test func `the same changes staged twice leave what the first made`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1"), ("b", "1")])
        let claim = try await test.claim(id)
        let changes: [FileChange] = [
            .modified(.text("2", at: try RelativePath("a"))), .removed(try RelativePath("b")),
            .added(.text("2", at: try RelativePath("c"))),
        ]
        try await test.store.stage(changes, under: claim)
        try await test.store.stage(changes, under: claim)
        _ = try await test.store.commit(.with(.added(1)), under: claim)
        #expect(try await test.contents(id) == ["a=2", "c=2"])
        #expect(try await test.contents(id, at: 1) == ["a=1", "b=1"])
    }

    @Test func `a path that is staged again takes the last word`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1")])
        let claim = try await test.claim(id)
        let (a, b) = (try RelativePath("a"), try RelativePath("b"))
        try await test.store.stage([.removed(a), .added(.text("2", at: b))], under: claim)
        try await test.store.stage([.added(.text("3", at: a)), .removed(b)], under: claim)
        var counts = ChangeCounts()
        counts.modified = 1
        _ = try await test.store.commit(.with(counts), under: claim)
        #expect(try await test.contents(id) == ["a=3"])
    }

    @Test func `problems are those of the last sync`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let problem = FileProblem(name: EscapedName("a\\b\n"), kind: .symbolicLink, reason: "a symbolic link")
        let claim = try await test.claim(id)
        _ = try await test.store.commit(.with(ChangeCounts(), problems: [problem]), under: claim)
        #expect(try await test.store.problems(of: id) == [problem])
        try await test.sync(id, [])
        #expect(try await test.store.problems(of: id) == [])
    }
}
