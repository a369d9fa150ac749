import Fixtures
import Model
import Stages
import Synchronization
import Testing

/// What a linked file has become that cannot be replicated.
@Suite struct ReplacedFileTests {
    private func replace(_ path: String, _ kind: FileProblem.Kind, in bench: Bench) {
        bench.remote.state.withLock { state in
            state.files[path] = ScriptedRemote.File(content: [1], fingerprint: 200, failure: kind)
        }
    }

    @Test(arguments: [
        FileProblem.Kind.symbolicLink, .largeFileStoragePointer, .tooLarge, .specialFile, .submodule, .duplicate,
    ]) func `a file that cannot be replicated any more makes its object invalid`(kind: FileProblem.Kind) async throws {
        let bench = try await Bench.applied()
        replace("leaf.j2", kind, in: bench)
        for _ in 1...2 {
            try await bench.sync()
            let status = try #require(try await bench.statuses("leaf").first)
            #expect(status.state == .invalid)
            #expect(status.reason == "\"leaf.j2\" cannot be used: scripted")
            #expect(status.problem?.kind == kind)
            #expect(status.since == nil)
            #expect(status.revision == nil)
        }
        #expect(try await bench.apply("leaf").map(\.outcome) == [.refused(.invalid("scripted"))])
        #expect(try await bench.content("leaf") == "one")

        bench.remote.write("leaf.j2", "one")
        try await bench.sync()
        #expect(try await bench.state("leaf") == .inSync)
    }

    @Test func `neither a change before nor an edit hides it`() async throws {
        let bench = try await Bench.applied()
        bench.remote.write("leaf.j2", "two")
        try await bench.sync()
        #expect(try await bench.state("leaf") == .outOfDate)
        replace("leaf.j2", .symbolicLink, in: bench)
        try await bench.sync()
        #expect(try await bench.state("leaf") == .invalid)
        try await bench.edit("leaf", "mine")
        #expect(try await bench.state("leaf") == .invalid)
    }

    @Test(arguments: [FileProblem.Kind.unreadable, .vanished])
    func `a file that could not be read once keeps its state, which says so`(kind: FileProblem.Kind) async throws {
        let bench = try await Bench.applied()
        replace("leaf.j2", kind, in: bench)
        try await bench.sync()
        let status = try #require(try await bench.statuses("leaf").first)
        #expect(status.state == .inSync)
        #expect(status.reason == "holds what \"leaf.j2\" holds; the last sync could not read the file: scripted")

        bench.remote.write("leaf.j2", "one")
        try await bench.sync()
        #expect(try await bench.statuses("leaf").first?.problem == nil)
    }

    @Test func `a file that never could be replicated is missing, and says why`() async throws {
        let bench = try await Bench()
        replace("leaf.j2", .symbolicLink, in: bench)
        try await bench.link("leaf", to: "leaf.j2")
        try await bench.sync()
        let status = try #require(try await bench.statuses("leaf").first)
        #expect(status.state == .sourceMissing)
        #expect(status.reason == "\"leaf.j2\" is not replicated: scripted")
    }

    @Test func `what stands where a folder should be is named`() async throws {
        let bench = try await Bench.applied()
        try await bench.link("below", to: "templates/dc/below.j2")
        replace("templates", .symbolicLink, in: bench)
        replace("leaf", .tooLarge, in: bench)
        try await bench.link("under", to: "leaf/under.j2")
        try await bench.sync()
        let below = try #require(try await bench.statuses("below").first)
        #expect(below.reason == "\"templates/dc/below.j2\" is not replicated: \"templates\" is scripted")
        // A bucket may have both.
        #expect(try await bench.statuses("under").first?.reason == "\"leaf/under.j2\" is not in the data source")
    }

    @Test func `no number of other problems hides that of a linked file`() async throws {
        let bench = try await Bench.applied()
        for index in 0..<(SyncReport.longestProblemList + 5) { replace("a\(index)", .symbolicLink, in: bench) }
        replace("leaf.j2", .tooLarge, in: bench)
        let report = try await bench.sync()
        #expect(report.problemCount == SyncReport.longestProblemList + 6)
        #expect(report.problems.count == SyncReport.longestProblemList + 1)
        #expect(try await bench.state("leaf") == .invalid)
    }

    @Test func `a problem of another source, or under another name, says nothing`() async throws {
        let bench = try await Bench.applied()
        replace("Leaf.j2", .symbolicLink, in: bench)
        replace("other/leaf.j2", .symbolicLink, in: bench)
        try await bench.sync()
        #expect(try await bench.state("leaf") == .inSync)
        #expect(try await bench.statuses("leaf").first?.problem == nil)
    }

    @Test func `of two files of one source that make the same name, the first path gets it`() async throws {
        let bench = try await Bench()
        for folder in ["a", "b"] {
            let settings = LinkPatternSettings(
                kind: .configTemplate, source: Bench.core, pattern: try PathPattern("\(folder)/*.j2"))
            try await bench.change(.addPattern(settings, []))
        }
        let signals = Dictionary(uniqueKeysWithValues: (0..<12).map { ($0, AsyncStream<Void>.makeStream()) })
        for index in 0..<12 {
            bench.remote.write("a/\(index).j2", "a")
            bench.remote.write("b/\(index).j2", "b")
        }
        // Each file of "a" is read only after its rival of "b" is.
        bench.remote.state.withLock { state in
            state.beforeRead = { path in
                guard let index = Int(path.dropFirst(2).prefix { $0 != "." }) else { return }
                if path.hasPrefix("b") { signals[index]?.continuation.finish() }
                if path.hasPrefix("a"), let stream = signals[index]?.stream { for await _ in stream {} }
            }
        }
        let report = try await bench.sync()
        #expect(try await bench.statuses().map(\.link.path.string) == (0..<12).map { "a/\($0).j2" }.sorted())
        #expect(report.skipped.count == 12)
        #expect(report.problems.map(\.kind) == Array(repeating: .unlinkable, count: 12))
        #expect(report.problems.first?.reason.contains("belongs to \"a/") == true)
    }
}
