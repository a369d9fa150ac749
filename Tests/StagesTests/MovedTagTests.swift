import Model
import Stages
import Synchronization
import Testing

/// Tags that do not stay where they were.
@Suite struct MovedTagTests {
    private let bench: Bench

    init() async throws {
        bench = try await Bench()
        bench.remote.write("a", "1")
    }

    /// Puts the remote to a revision, found by a ref, and syncs.
    private func sync(
        _ revision: String, _ ref: String?, _ options: Replicate.Options = Replicate.Options()
    ) async throws -> SyncReport {
        bench.remote.state.withLock { state in
            state.revision = revision
            state.ref = ref
        }
        return try await bench.sync(options)
    }

    private static let old = "ab12" + String(repeating: "0", count: 36)
    private static let new = "ff90" + String(repeating: "0", count: 36)
    private static let notice = "tag v1.2.3 was moved from ab1200000000 to ff9000000000"

    @Test func `a tag that was moved is told in the report and in the audit log`() async throws {
        #expect(try await sync(Self.old, "refs/tags/v1.2.3").notices.isEmpty)
        bench.remote.write("a", "2")
        let report = try await sync(Self.new, "refs/tags/v1.2.3")
        #expect(report.notices == [Self.notice])
        #expect(report.counts.modified == 1)
        #expect(report.revision?.ref == "refs/tags/v1.2.3")
        let row = try await bench.store.auditRows(before: nil, limit: 1).first
        #expect(row?.entry.detail == "0 added, 1 modified, 0 removed, 0 touched; \(Self.notice)")
        #expect(try await sync(Self.new, "refs/tags/v1.2.3").notices.isEmpty)
    }

    @Test func `a tag that was moved to the same files is told too`() async throws {
        _ = try await sync(Self.old, "refs/tags/v1.2.3")
        let report = try await sync(Self.new, "refs/tags/v1.2.3")
        #expect(report.outcome == .unchanged)
        #expect(report.notices == [Self.notice])
        #expect(
            try await bench.store.auditRows(before: nil, limit: 1).first?.entry.detail.hasSuffix(Self.notice) == true)
    }

    @Test func `a dry run tells it, and the sync after it does again`() async throws {
        _ = try await sync(Self.old, "refs/tags/v1.2.3")
        let rehearsal = try await sync(Self.new, "refs/tags/v1.2.3", Replicate.Options(isDryRun: true))
        #expect(rehearsal.notices == [Self.notice])
        #expect(try await sync(Self.new, "refs/tags/v1.2.3").notices == [Self.notice])
    }

    @Test func `a sync that is held tells it, and keeps the revision it had`() async throws {
        for index in 10..<40 { bench.remote.write("f\(index)", "\(index)") }
        _ = try await sync(Self.old, "refs/tags/v1.2.3")
        for index in 10..<40 { bench.remote.remove("f\(index)") }
        let held = try await sync(Self.new, "refs/tags/v1.2.3")
        #expect(held.outcome == .held)
        #expect(held.notices == [Self.notice])
        #expect(try await bench.source().state.revision?.revision.id == Self.old)
        let confirmed = try await sync(Self.new, "refs/tags/v1.2.3", Replicate.Options(allowsRemovals: true))
        #expect(confirmed.notices == [Self.notice])
    }

    @Test(arguments: [
        ("refs/tags/v1.2.3", "refs/tags/v1.2.4"), ("refs/heads/main", "refs/heads/main"), (nil, nil),
        (nil, "refs/tags/v1.2.3"), ("refs/heads/v1", "refs/tags/v1"),
    ])
    func `a branch that moves and a newer tag are what is meant to happen`(_ before: String?, _ after: String?)
        async throws
    {
        _ = try await sync(Self.old, before)
        let report = try await sync(Self.new, after)
        #expect(report.notices.isEmpty)
        #expect(report.revision?.ref == after)
    }

    @Test func `another tag on the same revision is kept, so that its moving is noticed`() async throws {
        _ = try await sync(Self.old, "refs/tags/v1.2.2")
        #expect(try await sync(Self.old, "refs/tags/v1.2.3").outcome == .unchanged)
        #expect(try await bench.source().state.revision?.ref == "refs/tags/v1.2.3")
        #expect(try await sync(Self.new, "refs/tags/v1.2.3").notices == [Self.notice])
    }
}
