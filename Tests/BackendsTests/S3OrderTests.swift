import Backends
import Fixtures
import Model
import Testing

/// Servers that list in an order of their own.
@Suite struct S3OrderTests {
    @Test func `a first page out of order is sorted before anybody sees it`() async throws {
        let server = try ListingServer(["c", "a", "d", "b"], perPage: 3)
        let page = try await server.backend.snapshot(FileSelection()).drain()
        #expect(page.files.map(\.path.string) == ["a", "b", "c", "d"])
        // The first page, and then all of them from the beginning.
        #expect(server.listings == 3)
    }

    @Test func `a later page out of order voids what was given, and the next snapshot is sorted`() async throws {
        let server = try ListingServer(["a", "b", "d", "c"], perPage: 2)
        let backend = try server.backend
        let first = try await backend.snapshot(FileSelection())
        #expect(try await first.nextPage()?.files.map(\.path.string) == ["a", "b"])
        await #expect(throws: ListingRestart.self) { try await first.nextPage() }
        await first.close()
        for _ in 0..<2 {
            let page = try await backend.snapshot(FileSelection()).drain()
            #expect(page.files.map(\.path.string) == ["a", "b", "c", "d"])
        }
        #expect(server.listings == 2 + 2 + 2)
    }

    @Test(arguments: [["b", "a", "b"], ["b", "c", "a", "a"], ["c", "b", "a", "c"]])
    func `a key that is listed twice, however far apart, is an error`(_ keys: [String]) async throws {
        let server = try ListingServer(keys, perPage: 1)
        let backend = try server.backend
        let error = try await #require(throws: BackendError.self) {
            do {
                _ = try await backend.snapshot(FileSelection()).drain()
            } catch is ListingRestart {
                _ = try await backend.snapshot(FileSelection()).drain()
            }
        }
        #expect(error.cause == .malformed)
        #expect(error.reason.contains("twice"))
    }

    @Test func `what cannot be held and sorted is refused, with how much could be`() throws {
        let objects = (0..<1_000).map { number in
            S3Object(
                key: Array("key \(number)".utf8), sizeInBytes: 1, entityTag: String(repeating: "e", count: 32),
                storageClass: number % 2 == 0 ? nil : "STANDARD")
        }
        var listing = SortedListing(limitInBytes: 250_000)
        for _ in 0..<3 { try listing.add(objects) }
        #expect(throws: S3PageFault.tooLong(4_000)) { try listing.add(objects) }
        #expect(S3PageFault.tooLong(4_000).clause.contains("4000"))

        var whole = SortedListing()
        try whole.add(objects.reversed())
        try whole.sort()
        #expect(whole[0..<1_000] == objects.sorted { $0.key.lexicographicallyPrecedes($1.key) })
        try whole.add([objects[7]])
        #expect(throws: S3PageFault.twice) { try whole.sort() }
    }

    @Test(arguments: 0..<40) func `any order of keys and pages gives the same files`(_ seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        var keys: Set<String> = []
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            let length = Int.random(in: 1...5, using: &random)
            keys.insert(String((0..<length).map { _ in "ab/.é-Z".randomElement(using: &random) ?? "a" }))
        }
        let ordered = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let inOrder = try ListingServer(ordered, perPage: 1_000)
        let expected = try await inOrder.backend.snapshot(FileSelection()).drain()
        #expect(inOrder.listings == 1)
        let server = try ListingServer(
            ordered.shuffled(using: &random), perPage: Int.random(in: 1...9, using: &random))
        let backend = try server.backend
        var page: RemotePage
        do {
            page = try await backend.snapshot(FileSelection()).drain()
        } catch is ListingRestart {
            page = try await backend.snapshot(FileSelection()).drain()
        }
        #expect(page.files.map(\.path) == expected.files.map(\.path))
        #expect(page.files.map(\.fingerprint) == expected.files.map(\.fingerprint))
        #expect(page.problems == expected.problems)
    }
}

extension ListingServer {
    var backend: S3Backend {
        get throws { S3Backend(try S3Location(SourceURL(url)), credentials: nil) }
    }
}
