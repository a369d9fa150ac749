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

    @Test(arguments: [["b", "a", "b"], ["b", "c", "a", "c"], ["c", "b", "a", "c"]])
    func `a key that is listed at two places, however far apart, is an error that names it`(_ keys: [String])
        async throws
    {
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
        #expect(error.reason.contains("\"\(keys.last ?? "")\" twice"))
    }

    @Test(arguments: [
        (["a", "b", "b", "c"], 3), (["a", "b", "b", "c"], 2), (["a", "a"], 2), (["c", "c", "a", "b"], 3),
    ])
    func `a key that is listed again right after itself, just as it was, is one file`(
        keys: [String], perPage: Int
    ) async throws {
        let server = try ListingServer(keys, perPage: perPage)
        let page = try await server.backend.snapshot(FileSelection()).drain()
        #expect(page.files.map(\.path.string) == Set(keys).sorted())
    }

    /// A listing of the key `a` on a page of its own, and of `b` with two contents.
    private static func conflicting(_ request: ScriptedServer.Request) -> [UInt8] {
        func page(_ entries: String, next: String = "") -> [UInt8] {
            let token = next.isEmpty ? "" : "<NextContinuationToken>\(next)</NextContinuationToken>"
            return ScriptedServer.answer(
                "<ListBucketResult><IsTruncated>\(!next.isEmpty)</IsTruncated>\(token)\(entries)</ListBucketResult>")
        }
        func entry(_ key: String, _ tag: String) -> String {
            "<Contents><Key>\(key)</Key><ETag>\(tag)</ETag><Size>1</Size></Contents>"
        }
        return request.target.contains("continuation-token")
            ? page(entry("b", "one") + entry("b", "two")) : page(entry("a", "one"), next: "2")
    }

    @Test func `a key with two contents has the listing begun again once, and is then an error`() async throws {
        let server = try ScriptedServer { request, _ in Self.conflicting(request) }
        let backend = S3Backend(try S3Location(SourceURL(server.url + "/bucket")), credentials: nil)
        await #expect(throws: ListingRestart.self) { try await backend.snapshot(FileSelection()).drain() }
        #expect(server.requests.count == 2)
        let error = try await #require(throws: BackendError.self) {
            try await backend.snapshot(FileSelection()).drain()
        }
        #expect(error.cause == .malformed && error.retry == .later)
        #expect(error.reason.contains("\"b\" twice"), "\(error)")
        #expect(server.requests.count == 4)
    }

    @Test func `a key that had two contents while it was written is listed at the second look`() async throws {
        let server = try ScriptedServer { request, number in
            number == 1
                ? Self.conflicting(request)
                : ScriptedServer.answer(
                    "<ListBucketResult><IsTruncated>\(number == 0)</IsTruncated>"
                        + (number == 0 ? "<NextContinuationToken>2</NextContinuationToken>" : "") + "<Contents><Key>"
                        + (number == 0 ? "a" : number == 2 ? "c" : "d")
                        + "</Key><ETag>e</ETag><Size>1</Size></Contents></ListBucketResult>")
        }
        let backend = S3Backend(try S3Location(SourceURL(server.url + "/bucket")), credentials: nil)
        await #expect(throws: ListingRestart.self) { try await backend.snapshot(FileSelection()).drain() }
        let page = try await backend.snapshot(FileSelection()).drain()
        #expect(page.files.map(\.path.string) == ["c"])
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
        #expect(throws: S3PageFault.twice(objects[7].key)) { try whole.sort() }
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
