import Backends
import Fixtures
import Model
import Permissions
import Stages
import Testing

/// Buckets on servers that list in an order of their own, through a whole sync.
@Suite struct UnorderedListingTests {
    private struct Source {
        let bench: Bench
        let server: ListingServer

        init(_ keys: [String], perPage: Int) async throws {
            bench = try await Bench()
            server = try ListingServer(keys, perPage: perPage)
            try await bench.change(
                .addSource(
                    DataSourceSettings(
                        name: Self.name, type: "amazon-s3", sourceURL: SourceURL(server.url),
                        parameters: ["anonymous": .literal("true")])))
        }

        static let name = SourceName(stored: "bucket")

        func sync() async throws -> SyncReport {
            let source = try #require(try await bench.store.dataSource(named: Self.name))
            return try await bench.replicate()(
                source, permit: try bench.admin.permitSync(source),
                options: Replicate.Options(allowsRemovals: true))
        }

        /// The paths of the present generation with their digests.
        func index() async throws -> [String: Digest] {
            let source = try #require(try await bench.store.dataSource(named: Self.name))
            let files = try await bench.store.files(of: source.id, at: nil, after: nil, limit: 1_000)
            return Dictionary(uniqueKeysWithValues: files.map { ($0.path.string, $0.digest) })
        }
    }

    private static func keys(_ random: inout SeededRandom) -> Set<String> {
        Set(
            (0..<Int.random(in: 1...30, using: &random)).map { _ in
                String(
                    (0..<Int.random(in: 1...3, using: &random)).map { _ in "abcé".randomElement(using: &random) ?? "a" }
                )
            })
    }

    @Test(arguments: [
        (["a", "b", "a", "b"], 2), (["a", "b", "a"], 2), (["a", "a"], 1), (["c", "b", "a", "b"], 1),
    ])
    func `a listing that repeats itself in place of going on removes nothing`(keys: [String], perPage: Int) async throws
    {
        let source = try await Source(["a", "b", "c", "d"], perPage: 2)
        _ = try await source.sync()
        let before = try await source.index()
        source.server.list(keys, perPage: perPage)
        await #expect(throws: SyncError.self) { try await source.sync() }
        #expect(try await source.index() == before)
        source.server.list(["a", "b", "b", "d"], perPage: 2)
        #expect(try await source.sync().counts.removed == 1)
        #expect(try await source.index().keys.sorted() == ["a", "b", "d"])
    }

    @Test(arguments: 0..<25) func `any order of a listing makes the same index as the right one`(
        _ seed: UInt64
    ) async throws {
        var random = SeededRandom(seed: seed)
        let before = Self.keys(&random)
        let after = Self.keys(&random)
        let source = try await Source(before.shuffled(using: &random), perPage: Int.random(in: 1...9, using: &random))
        let first = try await source.sync()
        #expect(first.counts.added == before.count)
        source.server.list(after.shuffled(using: &random), perPage: Int.random(in: 1...9, using: &random))
        let second = try await source.sync()
        #expect(second.counts.added == after.subtracting(before).count)
        #expect(second.counts.removed == before.subtracting(after).count)
        #expect(second.counts.unchanged == after.intersection(before).count)

        let ordered = try await Source(
            after.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }, perPage: 1_000)
        _ = try await ordered.sync()
        #expect(try await source.index() == ordered.index())
    }

    @Test func `what was staged before the order broke is forgotten`() async throws {
        // More than is staged at once, so that it reaches the store before the last page breaks the order.
        let many = (0..<9_000).map { "f\($0 + 10_000)" }
        let source = try await Source(["z"], perPage: 1_000)
        _ = try await source.sync()
        source.server.list(many + ["a"], perPage: 1_000)
        // Listed on the first pass only: it must not stay.
        let report = try await source.sync()
        #expect(report.counts.added == 9_001)
        #expect(report.counts.removed == 1)
        #expect(report.generation == Generation(2))
        let held = try #require(try await source.bench.store.dataSource(named: Source.name))
        #expect(held.state.fileCount == 9_001)
    }

    @Test func `a key that is listed twice removes nothing`() async throws {
        let source = try await Source(["a", "b", "c"], perPage: 2)
        _ = try await source.sync()
        source.server.list(["b", "a", "b"], perPage: 1)
        await #expect(throws: SyncError.self) { try await source.sync() }
        #expect(try await source.index().count == 3)
    }
}
