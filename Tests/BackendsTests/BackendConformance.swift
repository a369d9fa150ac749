import Backends
import Fixtures
import Model
import Testing

/// What every registered backend owes to its callers.
@Suite struct BackendConformance {
    @Test func `every registered backend is under test here`() {
        #expect(Set(registeredBackends().map(\.name)) == Set(ConformingRemote.allCases.map(\.typeName)))
    }

    @Test(arguments: ConformingRemote.allCases)
    func `a listing is complete, in path order, and in pages`(_ remote: ConformingRemote) async throws {
        let place = try await remote.make()
        let paths = (0..<1_200).map { "d\($0 % 7)/f\($0)" } + ["d1", "d1.txt", "d10"].map { $0 + "-x" }
        try place.hold(Dictionary(uniqueKeysWithValues: paths.map { ($0, Array($0.utf8)) }))
        let snapshot = try await place.backend().snapshot(FileSelection())
        let page = try await snapshot.drain()
        #expect(page.files.map(\.path.string) == paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(page.problems.isEmpty)
        #expect(try await snapshot.nextPage() == nil)
        await snapshot.close()
        await snapshot.close()
    }

    @Test(arguments: ConformingRemote.allCases)
    func `content comes back byte for byte, several files at once`(_ remote: ConformingRemote) async throws {
        let place = try await remote.make()
        let large = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 9) }
        let contents = [
            "a b/ü+%20.txt": Array("x".utf8), "crlf": Array("a\r\nb\r\n".utf8), "empty": [], "large": large,
            "zeros": Array(repeating: 0, count: 70_000),
        ]
        try place.hold(contents)
        let snapshot = try await place.backend().snapshot(FileSelection())
        let files = try await snapshot.drain().files
        try await snapshot.prefetch(files)
        let found = try await withThrowingTaskGroup(of: (String, [UInt8]).self) { group in
            for file in files { group.addTask { (file.path.string, try await snapshot.content(of: file)) } }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(found == contents)
        #expect(snapshot.bytesTransferred > 0)
        await snapshot.close()
    }

    @Test(arguments: ConformingRemote.allCases)
    func `a fingerprint moves with the content, and only with its own file's`(_ remote: ConformingRemote) async throws {
        let place = try await remote.make()
        try place.hold(["changed": [1], "removed": [1], "same": [1]])
        let before = try await place.fingerprints()
        try place.hold(["added": [1], "changed": [2], "same": [1]])
        let after = try await place.fingerprints()
        #expect(Set(after.keys) == ["added", "changed", "same"])
        #expect(before["same"] == after["same"])
        #expect(before["changed"] != after["changed"])
    }

    @Test(arguments: ConformingRemote.allCases)
    func `a snapshot never gives content that it did not list`(_ remote: ConformingRemote) async throws {
        let place = try await remote.make()
        try place.hold(["a": [1, 1], "b": [1, 1], "c": [1, 1]])
        let snapshot = try await place.backend().snapshot(FileSelection())
        let files = try await snapshot.drain().files
        try place.hold(["a": [2, 2], "b": [1, 1]])
        for file in files {
            do {
                #expect(try await snapshot.content(of: file) == [1, 1])
            } catch let problem as FileProblem {
                #expect(problem.kind == .vanished)
                #expect(problem.name.description == file.path.string)
                #expect(file.path.string != "b")
            }
        }
        await snapshot.close()
    }

    @Test(arguments: ConformingRemote.allCases)
    func `rules and size limit are kept, and a file over the limit is never delivered`(
        _ remote: ConformingRemote
    ) async throws {
        let place = try await remote.make()
        try place.hold([
            "a.yaml": [1], "b.txt": [1], ".dot": [1], "s/.dot/x": [1], "large.yaml": Array(repeating: 7, count: 4_096),
            "out/x.yaml": [1],
        ])
        let selection = FileSelection(rules: IgnoreRules("*.txt\nout/*"), sizeLimitInBytes: 1_000)
        let snapshot = try await place.backend().snapshot(selection)
        let files = try await snapshot.drain().files
        #expect(files.map(\.path.string) == ["a.yaml", "large.yaml"])
        let large = try #require(files.last)
        #expect(large.problem.map { $0.kind == .tooLarge } ?? true)
        let problem = try await #require(throws: FileProblem.self) { try await snapshot.content(of: large) }
        #expect(problem.kind == .tooLarge)
        await snapshot.close()
    }

    @Test(arguments: ConformingRemote.allCases)
    func `a file must match an include pattern, if there are any, and then no rule`(
        _ remote: ConformingRemote
    ) async throws {
        let place = try await remote.make()
        try place.hold([
            "a.yaml": [1], "b.j2": [1], "net/a.txt": [1], "net/deep/b.md": [1], "net/deep/c": [1], "network/x": [1],
            "x/net/y": [1], "net/.dot": [1],
        ])
        let selection = FileSelection(rules: IgnoreRules("*.md"), includes: IncludePatterns(["net/*", "*.j2"]))
        let snapshot = try await place.backend().snapshot(selection)
        #expect(try await snapshot.drain().files.map(\.path.string) == ["b.j2", "net/a.txt", "net/deep/c"])
        await snapshot.close()
    }

    @Test(arguments: ConformingRemote.allCases)
    func `the ignore file at the root is obeyed where that is asked for, as it is now`(
        _ remote: ConformingRemote
    ) async throws {
        let place = try await remote.make()
        var files: [String: [UInt8]] = [
            "a.yaml": [1], "b.md": [1], "out/x": [1], "keep.md": [1], "sub/.sluiceignore": Array("*".utf8),
            "sub/c": [1],
        ]
        func listed(_ rules: String = "", obeys: Bool = true) async throws -> [String] {
            let selection = FileSelection(rules: IgnoreRules(rules), usesIgnoreFile: obeys)
            let snapshot = try await place.backend().snapshot(selection)
            let paths = try await snapshot.drain().files.map(\.path.string)
            await snapshot.close()
            return paths
        }
        try place.hold(files)
        let all = ["a.yaml", "b.md", "keep.md", "out/x", "sub/c"]
        #expect(try await listed() == all)
        files[".sluiceignore"] = Array("# ours\n\n*.md\nout/*\n".utf8)
        try place.hold(files)
        #expect(try await listed() == ["a.yaml", "sub/c"])
        #expect(try await listed("!keep.md\na*") == ["keep.md", "sub/c"])
        #expect(try await listed(obeys: false) == all)
        files[".sluiceignore"] = Array("out/*\n!*\n".utf8)
        try place.hold(files)
        #expect(try await listed("*.md") == ["a.yaml", "out/x", "sub/c"])
        files[".sluiceignore"] = []
        try place.hold(files)
        #expect(try await listed() == all)
    }

    @Test(arguments: ConformingRemote.allCases)
    func `an ignore file that cannot be taken as a whole ends the sync, and never means no rules`(
        _ remote: ConformingRemote
    ) async throws {
        let place = try await remote.make()
        let table = [
            (Array("*.md\n".utf8) + [0xFF], "not UTF-8"),
            (Array(repeating: UInt8(ascii: "a"), count: 65_537), "over the limit of 65536 bytes"),
        ]
        for (content, clause) in table {
            try place.hold([".sluiceignore": content, "a": [1]])
            let error = try await #require(throws: BackendError.self) {
                try await place.backend().snapshot(FileSelection(usesIgnoreFile: true)).drain()
            }
            #expect(error.cause == .malformed)
            #expect(error.reason.contains("\".sluiceignore\""))
            #expect(error.reason.hasSuffix(clause), "\(error.reason)")
            let snapshot = try await place.backend().snapshot(FileSelection())
            #expect(try await snapshot.drain().files.map(\.path.string) == ["a"])
            await snapshot.close()
        }
        try place.hold([".sluiceignore": Array(repeating: UInt8(ascii: "a"), count: 65_536), "a": [1]])
        let snapshot = try await place.backend().snapshot(FileSelection(usesIgnoreFile: true))
        #expect(try await snapshot.drain().files.count == 1)
        await snapshot.close()
    }

    @Test(arguments: ConformingRemote.allCases)
    func `what a sink throws ends the reading and comes back as it is`(_ remote: ConformingRemote) async throws {
        struct Enough: Error {}
        let place = try await remote.make()
        try place.hold(["large": Array(repeating: 7, count: 2_000_000)])
        let snapshot = try await place.backend().snapshot(FileSelection())
        let file = try #require(try await snapshot.drain().files.first)
        await #expect(throws: Enough.self) { try await snapshot.read(file) { _ in throw Enough() } }
        #expect(try await snapshot.content(of: file).count == 2_000_000)
        await snapshot.close()
    }

    @Test(arguments: ConformingRemote.allCases)
    func `a revision is the same until something changes`(_ remote: ConformingRemote) async throws {
        let place = try await remote.make()
        try place.hold(["a": [1]])
        let backend = try place.backend()
        let first = try await backend.currentRevision()
        #expect(try await backend.currentRevision() == first)
        try place.hold(["a": [2]])
        let second = try await backend.currentRevision()
        #expect(first == nil || first != second)
        let snapshot = try await backend.snapshot(FileSelection())
        #expect(snapshot.revision?.revision == second)
        await snapshot.close()
    }

    @Test(arguments: ConformingRemote.allCases)
    func `a root that does not exist is an error that names it, never an empty listing`(
        _ remote: ConformingRemote
    ) async throws {
        let place = try await remote.make()
        let error = try await #require(throws: BackendError.self) {
            try await place.missing().snapshot(FileSelection()).drain()
        }
        #expect(error.cause == .notFound)
        #expect(error.reason.contains("nowhere"))
    }

    @Test(arguments: registeredBackends())
    func `settings that look secret are declared so, and each has its help`(_ type: BackendType) {
        for setting in type.settings {
            let looksSecret = ["password", "secret", "token", "passphrase"].contains { setting.name.contains($0) }
            #expect(!looksSecret || setting.isSecret, "\(setting.name)")
            #expect(setting.help.hasSuffix("."), "\(setting.name)")
            #expect(setting.defaultValue.map { setting.fault(in: $0) == nil } ?? true, "\(setting.name)")
        }
        #expect(type.faultInURL(SourceURL("gopher://host/planted")) != nil)
    }
}
