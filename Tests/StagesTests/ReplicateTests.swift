import Fixtures
import Model
import Permissions
import Stages
import Storage
import Synchronization
import Testing

@Suite struct ReplicateTests {
    @Test func `a file whose fingerprint is unchanged is never read`() async throws {
        let bench = try await Bench()
        bench.remote.write("a", "1")
        bench.remote.write("b", "2")
        #expect(try await bench.sync().counts.added == 2)
        #expect(Set(bench.remote.takeReads()) == ["a", "b"])

        bench.remote.write("b", "3")
        let report = try await bench.sync()
        #expect(bench.remote.takeReads() == ["b"])
        #expect(report.counts.modified == 1)
        #expect(report.counts.unchanged == 1)
        #expect(report.generation == Generation(2))
    }

    @Test func `a file that moved without changing is touched, and the next sync leaves it alone`() async throws {
        let bench = try await Bench()
        bench.remote.write("a", "1")
        try await bench.sync()
        bench.remote.write("a", "1")
        let report = try await bench.sync()
        #expect(report.counts.touched == 1)
        #expect(report.generation == Generation(1))
        _ = bench.remote.takeReads()
        #expect(try await bench.sync().counts.unchanged == 1)
        #expect(bench.remote.takeReads().isEmpty)
    }

    @Test(arguments: [0, 3, 6]) func `a listing that breaks removes nothing`(_ files: Int) async throws {
        let bench = try await Bench()
        for index in 0..<9 { bench.remote.write("f\(index)", "\(index)") }
        try await bench.sync()
        bench.remote.write("f0", "new")
        bench.remote.state.withLock { $0.breaksAfter = files }
        await #expect(throws: SyncError.self) { try await bench.sync() }
        #expect(try await bench.paths().count == 9)
        #expect(try await bench.source().state.generation == Generation(1))
        #expect(try await bench.source().state.status == .failed)
        #expect(bench.remote.state.withLock { $0.openSnapshots } == 0)

        bench.remote.state.withLock { $0.breaksAfter = nil }
        #expect(try await bench.sync().counts.modified == 1)
        #expect(try await bench.source().state.lastError == nil)
    }

    @Test func `a listing out of order is refused and nothing is removed`() async throws {
        let bench = try await Bench()
        for index in 0..<9 { bench.remote.write("f\(index)", "\(index)") }
        try await bench.sync()
        bench.remote.state.withLock { $0.listsBackwards = true }
        await #expect(throws: SyncError.self) { try await bench.sync() }
        #expect(try await bench.paths().count == 9)
    }

    @Test func `an unreadable file loses only itself, and the next sync tries again`() async throws {
        let bench = try await Bench()
        bench.remote.state.withLock { $0.revision = "r1" }
        bench.remote.write("a", "1")
        bench.remote.write("b", "1")
        try await bench.sync()
        bench.remote.write("a", "2")
        bench.remote.write("b", "2")
        bench.remote.state.withLock { state in
            state.revision = "r2"
            state.files["a"]?.failure = .unreadable
        }
        let report = try await bench.sync()
        #expect(report.problems.map(\.kind) == [.unreadable])
        #expect(report.counts.modified == 1)
        #expect(try await bench.paths() == ["a", "b"])

        bench.remote.state.withLock { $0.files["a"]?.failure = nil }
        let next = try await bench.sync()
        #expect(next.counts.modified == 1)
        #expect(next.problemCount == 0)
        #expect(try await bench.sync().outcome == .unchanged)
    }

    @Test func `the same revision under the same settings is not listed again`() async throws {
        let bench = try await Bench()
        bench.remote.state.withLock { $0.revision = "r1" }
        bench.remote.write("a", "1")
        try await bench.sync()
        bench.remote.write("a", "2")
        #expect(try await bench.sync().outcome == .unchanged)

        var settings = try await bench.source().settings
        settings.ignoreRules = "*.md"
        try await bench.change(.changeSource(try await bench.source().id, settings))
        #expect(try await bench.sync().counts.modified == 1)
    }

    @Test func `a newly ignored file leaves the index`() async throws {
        let bench = try await Bench()
        bench.remote.write("a.md", "1")
        bench.remote.write("a.txt", "1")
        try await bench.sync()
        var settings = try await bench.source().settings
        settings.ignoreRules = "*.md"
        try await bench.change(.changeSource(try await bench.source().id, settings))
        #expect(try await bench.sync().counts.removed == 1)
        #expect(try await bench.paths() == ["a.txt"])
    }

    @Test func `removing more than half of the files waits for a word`() async throws {
        let bench = try await Bench()
        for index in 10..<40 { bench.remote.write("f\(index)", "\(index)") }
        try await bench.sync()
        for index in 10..<26 { bench.remote.remove("f\(index)") }
        let held = try await bench.sync()
        #expect(held.outcome == .held)
        #expect(held.counts.removed == 16)
        #expect(try await bench.paths().count == 30)
        #expect(try await bench.sync(Replicate.Options(isDryRun: true)).outcome == .held)

        let confirmed = try await bench.sync(Replicate.Options(allowsRemovals: true))
        #expect(confirmed.outcome == .synced)
        #expect(try await bench.paths().count == 14)
    }

    @Test func `ten files may go without a word, even if they are all`() async throws {
        let bench = try await Bench()
        for index in 10..<20 { bench.remote.write("f\(index)", "\(index)") }
        try await bench.sync()
        for index in 10..<20 { bench.remote.remove("f\(index)") }
        #expect(try await bench.sync().counts.removed == 10)
    }

    @Test func `a dry run keeps nothing and says the same`() async throws {
        let bench = try await Bench()
        bench.remote.write("a", "1")
        bench.remote.write("b", "1")
        let rehearsal = try await bench.sync(Replicate.Options(isDryRun: true))
        #expect(rehearsal.counts.added == 2)
        #expect(rehearsal.generation == .none)
        #expect(try await bench.paths().isEmpty)
        #expect(try await bench.sync().counts.added == 2)
        bench.remote.write("a", "1")
        bench.remote.write("b", "2")
        let second = try await bench.sync(Replicate.Options(isDryRun: true))
        #expect(second.counts.touched == 1)
        #expect(second.counts.modified == 1)
    }

    @Test func `a second sync of the same source is refused while the first runs`() async throws {
        let bench = try await Bench()
        bench.remote.write("a", "1")
        let source = try await bench.source()
        let refusals = Mutex<[StoreError]>([])
        bench.remote.state.withLock { state in
            state.beforeRead = { _ in
                do {
                    _ = try await bench.replicate(process: 2)(source, permit: try bench.admin.permitSync(source))
                } catch let error as StoreError {
                    refusals.withLock { $0.append(error) }
                }
            }
        }
        try await bench.sync()
        guard case .claimed(Bench.core, let holder, _)? = refusals.withLock({ $0.first }) else {
            Issue.record("the second sync was not refused")
            return
        }
        #expect(holder.processID == 1)
    }

    @Test func `the claim of a dead process is taken over, and its commit is fenced off`() async throws {
        let bench = try await Bench()
        bench.remote.write("a", "1")
        let source = try await bench.source()
        bench.remote.state.withLock { state in
            state.beforeRead = { _ in
                bench.remote.state.withLock { $0.beforeRead = nil }
                let other = bench.replicate(process: 2) { $0.processID != 1 }
                _ = try await other(source, permit: try bench.admin.permitSync(source))
            }
        }
        await #expect(throws: StoreError.claimLost(Bench.core)) { try await bench.sync() }
        #expect(try await bench.paths() == ["a"])
        #expect(try await bench.source().state.status == .completed)
        #expect(try await bench.sync().outcome == .unchanged)
    }

    @Test func `a cancelled sync keeps nothing and gives its claim back`() async throws {
        let bench = try await Bench()
        bench.remote.write("a", "1")
        bench.remote.state.withLock { state in
            state.beforeRead = { _ in
                withUnsafeCurrentTask { $0?.cancel() }
                throw CancellationError()
            }
        }
        let before = try await bench.source()
        await #expect(throws: CancellationError.self) { try await bench.sync() }
        #expect(try await bench.source() == before)
        #expect(try await bench.paths().isEmpty)
        bench.remote.state.withLock { $0.beforeRead = nil }
        #expect(try await bench.sync().counts.added == 1)
    }

    @Test func `a disabled source is not synced`() async throws {
        let bench = try await Bench()
        var settings = try await bench.source().settings
        settings.isEnabled = false
        try await bench.change(.changeSource(try await bench.source().id, settings))
        await #expect(throws: SyncError.self) { try await bench.sync() }
    }

    @Test func `settings that make no sense are kept as the reason of the failure`() async throws {
        let bench = try await Bench()
        var settings = try await bench.source().settings
        settings.parameters["size_limit"] = .literal("plenty")
        try await bench.change(.changeSource(try await bench.source().id, settings))
        await #expect(throws: SyncError.self) { try await bench.sync() }
        #expect(try await bench.source().state.status == .failed)
        #expect(try await bench.source().state.lastError?.contains("size_limit") == true)
    }

    @Test func `a sync goes by what it claims, not by what was seen before another one committed`() async throws {
        let bench = try await Bench()
        for index in 0..<100 { bench.remote.write("f\(index)", "\(index)") }
        try await bench.sync()
        let seen = try await bench.source()
        for index in 0..<60 { bench.remote.remove("f\(index)") }
        var removing = Replicate.Options()
        removing.allowsRemovals = true
        try await bench.sync(removing)

        let unchanged = try await bench.replicate()(seen, permit: try bench.admin.permitSync(seen))
        #expect(unchanged.outcome == .unchanged && unchanged.generation == Generation(2))
        #expect(unchanged.counts.unchanged == 40)

        // More than half of the 40 that are left, less than half of the 100 that there were.
        for index in 60..<85 { bench.remote.remove("f\(index)") }
        let held = try await bench.replicate()(seen, permit: try bench.admin.permitSync(seen))
        #expect(held.outcome == .held && held.generation == Generation(2))
        #expect(try await bench.source().state.lastError?.contains("25 of 40 files") == true)
        #expect(try await bench.paths().count == 40)
    }

    @Test func `what fails after the commit does not make a failed sync, and the next one makes it good`() async throws
    {
        let bench = try await Bench()
        bench.remote.write("leaf.j2", "one")
        try await bench.link("leaf", to: "leaf.j2", autoSync: true)
        let gone = try SQLiteStore.open(
            folder: bench.folder.path(of: "gone"), creator: "root", at: Timestamp(seconds: 1),
            clock: { Timestamp(seconds: 1) })
        try gone.close()
        let source = try await bench.source()
        let report = try await bench.replicate(status: Status(store: gone))(
            source, permit: try bench.admin.permitSync(source))
        #expect(report.outcome == .synced && report.generation == Generation(1))
        #expect(report.objectsFault?.contains("the store") == true)
        #expect(try await bench.source().state.status == .completed)
        #expect(try await bench.content("leaf") == nil)
        let next = try await bench.sync()
        #expect(next.objectsFault == nil && next.autoApplied.map(\.outcome) == [.applied])
        #expect(try await bench.content("leaf") == "one")
    }

    @Test func `content over the size limit is reported and not kept`() async throws {
        let bench = try await Bench()
        var settings = try await bench.source().settings
        settings.parameters["size_limit"] = .literal("4")
        try await bench.change(.changeSource(try await bench.source().id, settings))
        bench.remote.write("big", "12345")
        bench.remote.write("small", "1234")
        let report = try await bench.sync()
        #expect(report.problems.map(\.kind) == [.tooLarge])
        #expect(try await bench.paths() == ["small"])
    }

    @Test func `large content is kept in pieces and comes back whole`() async throws {
        let bench = try await Bench()
        let text = String(repeating: "0123456789abcdef", count: 200_000)
        bench.remote.write("large", text)
        try await bench.sync()
        let file = try #require(
            try await bench.store.file(RelativePath("large"), of: bench.source().id, at: nil))
        #expect(file.size == Int64(text.utf8.count))
        #expect(file.digest == Digest(sha256: text.utf8))
        #expect(try await bench.store.loadContent(file.digest, limit: 1 << 24) == Array(text.utf8))
    }

    @Test func `a clock that goes back in the middle of a sync costs nothing`() async throws {
        let bench = try await Bench()
        let seconds = Mutex<Int64>(2_000_000_000)
        let now: @Sendable () -> Timestamp = {
            Timestamp(
                seconds: seconds.withLock { seconds in
                    seconds -= 86_400
                    return seconds
                })
        }
        for round in 1...3 {
            bench.remote.write("a", "\(round)")
            let source = try await bench.source()
            let report = try await bench.replicate(now: now)(source, permit: try bench.admin.permitSync(source))
            #expect(report.counts.added + report.counts.modified == 1)
            #expect(report.generation == Generation(Int64(round)))
            #expect(report.duration == .zero)
        }
        bench.remote.write("a", "after")
        #expect(try await bench.sync().counts.modified == 1)
    }
}
