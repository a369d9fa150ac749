import Model
import Stages
import Synchronization
import Testing

/// Files whose content does not come, while others do.
@Suite struct LostReadTests {
    private static let broken = BackendError(.connection, "cannot fetch it: the connection broke", retry: .soon)

    private func bench(_ count: Int) async throws -> Bench {
        let bench = try await Bench()
        for index in 0..<count { bench.remote.write("f\(index + 1_000)", "\(index)") }
        return bench
    }

    private func fail(_ bench: Bench, with error: BackendError = broken, _ isLost: @escaping @Sendable (String) -> Bool)
    {
        bench.remote.state.withLock { $0.beforeRead = { if isLost($0) { throw error } } }
    }

    @Test(arguments: [
        BackendError.Cause.connection, .timeout, .unavailable, .malformed, .proxy, .encryption,
    ])
    func `a file that does not come loses only itself, and comes with the next sync`(
        _ cause: BackendError.Cause
    ) async throws {
        let bench = try await bench(21)
        bench.remote.state.withLock { $0.revision = "r1" }
        fail(bench, with: BackendError(cause, "cannot fetch it")) { $0 == "f1007" }
        let report = try await bench.sync()
        #expect(report.counts.added == 20)
        #expect(report.problems.map(\.name.description) == ["f1007"])
        #expect(report.problems.first?.kind == .unreadable)
        #expect(report.problems.first?.reason.hasPrefix("cannot fetch it") == true)
        #expect(report.hasUnsettled)

        bench.remote.state.withLock { $0.beforeRead = nil }
        _ = bench.remote.takeReads()
        // The revision is the same, and is looked at again all the same.
        #expect(try await bench.sync().counts.added == 1)
        #expect(bench.remote.takeReads() == ["f1007"])
        #expect(try await bench.sync().outcome == .unchanged)
    }

    @Test func `the known row of a file that does not come stays`() async throws {
        let bench = try await bench(3)
        try await bench.sync()
        bench.remote.write("f1001", "new")
        fail(bench) { $0 == "f1001" }
        let report = try await bench.sync()
        #expect(report.outcome == .unchanged && report.hasUnsettled && report.counts.unchanged == 2)
        let file = try #require(try await bench.store.file(RelativePath("f1001"), of: bench.source().id, at: nil))
        #expect(file.digest == Digest(sha256: "1".utf8))
    }

    @Test(arguments: [
        BackendError.Cause.local, .credentials, .settings, .notFound, .hostKey, .signature,
    ])
    func `what holds for every file ends the sync at the first`(_ cause: BackendError.Cause) async throws {
        let bench = try await bench(21)
        fail(bench, with: BackendError(cause, "no")) { $0 == "f1007" }
        await #expect(throws: SyncError.self) { try await bench.sync() }
        #expect(try await bench.paths().isEmpty)
    }

    @Test(arguments: [1, 3, 31, 5_000])
    func `a remote that gives no file at all fails the sync soon`(_ count: Int) async throws {
        let bench = try await bench(count)
        fail(bench) { _ in true }
        await #expect(throws: SyncError.self) { try await bench.sync() }
        #expect(bench.remote.takeReads().count < 100)
        #expect(try await bench.paths().isEmpty)
        #expect(try await bench.source().state.status == .failed)
    }

    @Test func `a remote that goes in the middle of a sync fails it soon, and nothing is kept`() async throws {
        let bench = try await bench(5_000)
        bench.remote.state.withLock { state in
            state.beforeRead = { _ in
                if bench.remote.state.withLock({ $0.reads.count }) > 200 { throw Self.broken }
            }
        }
        await #expect(throws: SyncError.self) { try await bench.sync() }
        #expect(bench.remote.takeReads().count < 300)
        #expect(try await bench.paths().isEmpty)
        #expect(try await bench.source().state.generation == .none)
    }

    @Test func `changes of which none comes fail the sync, though other files are known`() async throws {
        let bench = try await bench(40)
        try await bench.sync()
        for index in 0..<20 { bench.remote.write("f\(index + 1_000)", "new") }
        fail(bench) { _ in true }
        await #expect(throws: SyncError.self) { try await bench.sync() }
        #expect(try await bench.source().state.generation == Generation(1))
    }

    @Test(arguments: [8, 60])
    func `many files that do not come, one after the other, cost the others nothing`(_ lost: Int) async throws {
        let bench = try await bench(200)
        let names = (100..<(100 + lost)).map { "f\($0 + 1_000)" }
        fail(bench) { names.contains($0) }
        let report = try await bench.sync()
        #expect(report.counts.added == 200 - lost)
        #expect(report.problemCount == lost)
        #expect(try await bench.paths().count == 200 - lost)
    }
}
