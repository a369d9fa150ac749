import GRDB
import Model
import Storage
import Synchronization
import Testing

@Suite struct Contents {
    private static let megabyte = 1 << 20

    /// Pieces of uneven size, as a network delivers them.
    private func write(_ bytes: [UInt8], into content: any LargeContent) throws {
        for start in stride(from: 0, to: bytes.count, by: 700_001) {
            try bytes[start..<min(start + 700_001, bytes.count)].withUnsafeBytes { try content.append($0) }
        }
    }

    private func bytes(_ count: Int, seed: UInt8 = 1) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) ^ seed }
    }

    private func staged(_ path: String, _ bytes: [UInt8], _ content: any LargeContent) throws -> StagedFile {
        StagedFile(
            path: try RelativePath(path), digest: .of(bytes), size: Int64(bytes.count),
            fingerprint: Fingerprint(bytes: []), isUncertain: false, content: .large(content))
    }

    private func count(_ table: String, in test: TestStore) throws -> Int {
        try DatabaseQueue(path: test.databaseFile).read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? -1
        }
    }

    @Test(arguments: [0, 1, 1 << 20, (1 << 20) + 1, 3_500_000])
    func `large content comes back as it was written`(_ size: Int) async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let bytes = bytes(size)
        let content = test.store.makeLargeContent(under: nil)
        try write(bytes, into: content)
        let claim = try await test.claim(id)
        try await test.store.stage([.added(try staged("big", bytes, content))], under: claim)
        await content.discard()
        _ = try await test.store.commit(.with(.added(1)), under: claim)

        #expect(try await test.store.loadContent(.of(bytes), limit: Int64(size)) == bytes)
        let read = Mutex<[[UInt8]]>([])
        try await test.store.readContent(.of(bytes)) { piece in read.withLock { $0.append(Array(piece)) } }
        #expect(read.withLock { Array($0.joined()) } == bytes)
        #expect(read.withLock { $0.allSatisfy { $0.count <= Self.megabyte } })
        if size > 0 {
            await #expect(throws: StoreError.self) {
                try await test.store.loadContent(.of(bytes), limit: Int64(size) - 1)
            }
        }
    }

    @Test func `large content that is there already is kept once`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let bytes = bytes(2_000_000)
        let (first, second) = (test.store.makeLargeContent(under: nil), test.store.makeLargeContent(under: nil))
        try write(bytes, into: first)
        try write(bytes, into: second)
        let claim = try await test.claim(id)
        try await test.store.stage(
            [.added(try staged("a", bytes, first)), .added(try staged("b", bytes, second))], under: claim)
        _ = try await test.store.commit(.with(.added(2)), under: claim)
        #expect(try count("content", in: test) == 1)
        #expect(try count("content_chunk", in: test) == 2)
        #expect(try await test.store.loadContent(.of(bytes), limit: 9_000_000) == bytes)
    }

    @Test func `small content that is there already is kept once`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "same"), ("b", "same"), ("c", "other")])
        #expect(try count("content", in: test) == 2)
    }

    @Test func `discarded content leaves nothing, and discarding twice is no error`() async throws {
        let test = try TestStore()
        let content = test.store.makeLargeContent(under: nil)
        await content.discard()
        try write(bytes(3_000_000), into: content)
        #expect(try count("content_chunk", in: test) == 2)
        await content.discard()
        await content.discard()
        #expect(try count("content_chunk", in: test) == 0)
        #expect(try count("content", in: test) == 0)
    }

    @Test func `content that was left half written is swept after an hour, by a claim`() async throws {
        let clock = Clock(TestStore.noon)
        let test = try TestStore(clock: { clock.now })
        let id = try await test.addSource("core").id
        let content = test.store.makeLargeContent(under: nil)
        try write(bytes(2_000_000), into: content)
        clock.now = TestStore.noon.advanced(by: .seconds(3_599))
        try await test.store.settle(try await test.claim(id), at: TestStore.noon)
        #expect(try count("content", in: test) == 1)
        clock.now = TestStore.noon.advanced(by: .seconds(3_601))
        let claim = try await test.claim(id)
        #expect(try count("content", in: test) == 0)
        #expect(try count("content_chunk", in: test) == 0)
        await #expect(throws: StoreError.self) {
            try await test.store.stage([.added(try staged("a", bytes(2_000_000), content))], under: claim)
        }
    }

    @Test func `content that was left half written goes when its claim is taken over`() async throws {
        let test = try TestStore()
        let (id, other) = (try await test.addSource("core").id, try await test.addSource("other").id)
        let content = test.store.makeLargeContent(under: try await test.claim(id))
        try write(bytes(2_000_000), into: content)
        try await test.store.settle(try await test.claim(other), at: TestStore.noon)
        #expect(try count("content_chunk", in: test) == 1, "somebody may be writing it")

        _ = try await test.store.claim(
            id, by: TestStore.otherHolder, replacing: TestStore.holder, at: TestStore.noon, lease: .seconds(60))
        #expect(try count("content", in: test) == 0)
        #expect(try count("content_chunk", in: test) == 0)
        #expect(throws: StoreError.self) { try write(bytes(2_000_000), into: content) }
    }

    @Test func `content that was left half written goes with its source`() async throws {
        let test = try TestStore()
        let (id, other) = (try await test.addSource("core").id, try await test.addSource("other").id)
        let claim = try await test.claim(id)
        let content = test.store.makeLargeContent(under: claim)
        try write(bytes(2_000_000), into: content)
        try await test.store.release(claim)
        #expect(try count("content", in: test) == 0)

        try write(bytes(2_000_000), into: test.store.makeLargeContent(under: try await test.claim(id)))
        try await test.change(.removeSource(id))
        try await test.store.settle(try await test.claim(other), at: TestStore.noon)
        #expect(try count("content", in: test) == 0)
    }

    @Test func `syncs that die while they write large content do not grow the store`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        var pages: [Int] = []
        for attempt in 0..<5 {
            let holders = [TestStore.holder, TestStore.otherHolder]
            let claim = try await test.store.claim(
                id, by: holders[attempt % 2], replacing: holders[(attempt + 1) % 2], at: TestStore.noon,
                lease: .seconds(60))
            try write(bytes(20_000_000), into: test.store.makeLargeContent(under: claim))
            pages += [
                try await DatabaseQueue(path: test.databaseFile).read { db in
                    try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
                }
            ]
        }
        #expect(pages[0] > 19_000_000 / 16_384)
        #expect(pages[4] < pages[0] * 11 / 10, "\(pages)")
    }

    @Test func `a file whose pieces are not of its size is not staged`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let content = test.store.makeLargeContent(under: nil)
        try write(bytes(2_000_000), into: content)
        let claim = try await test.claim(id)
        await #expect(throws: StoreError.self) {
            try await test.store.stage([.added(try staged("a", bytes(2_000_001), content))], under: claim)
        }
        try await test.store.stage([.added(try staged("a", bytes(2_000_000), content))], under: claim)
    }

    @Test func `content that is not what it was is noticed`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let bytes = bytes(3_000_000)
        let content = test.store.makeLargeContent(under: nil)
        try write(bytes, into: content)
        let claim = try await test.claim(id)
        try await test.store.stage([.added(try staged("big", bytes, content))], under: claim)
        _ = try await test.store.commit(.with(.added(1)), under: claim)
        try await test.sync(id, [("small", "text")])
        try await DatabaseQueue(path: test.databaseFile).write { db in
            try db.execute(sql: "DELETE FROM content_chunk WHERE ordinal = 1")
            try db.execute(sql: "UPDATE content SET data = x'00' WHERE data IS NOT NULL")
        }
        for digest in [Digest.of(bytes), Digest.of("text")] {
            await #expect(throws: StoreError.contentDamaged(digest)) {
                try await test.store.loadContent(digest, limit: 9_000_000)
            }
            await #expect(throws: StoreError.self) { try await test.store.readContent(digest) { _ in } }
        }
        await #expect(throws: StoreError.notFound("content \(Digest.of("never").short)")) {
            try await test.store.loadContent(.of("never"), limit: 9)
        }
    }

    @Test func `who names each of several contents is told, newest first`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1"), ("b", "2"), ("c", "1")])
        try await test.change(.addObject(.template("leaf", source: "core", path: "a")))
        try await test.apply(.template("leaf"), "1")
        try await test.sync(id, [("a", "2"), ("c", nil)])
        try await test.apply(.template("leaf"), "2")
        try await test.change(.addObject(.template("other", text: "2")))
        let names = try await test.store.names(of: [.of("2"), .of("nobody's"), .of("1")])
        #expect(names.map { $0.files.map(\.path.string).sorted() } == [["a", "b"], [], ["a", "c"]])
        #expect(names.map { $0.files.map(\.isPresent) } == [[true, true], [], [false, false]])
        // The versions of one moment come in any order.
        #expect(names[0].files.first?.path.string == "a")
        #expect(
            names.map { $0.objects.map(\.name.description) } == [["leaf", "other"], [], ["leaf"]])
        #expect(try await test.store.names(of: []).isEmpty)
    }

    @Test func `content lives while a file version, an object or a revision names it`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let other = try await test.addSource("other").id
        try await test.sync(id, [("a", "applied"), ("b", "shared"), ("c", "lonely")])
        try await test.sync(other, [("b", "shared")])
        try await test.change(.addObject(.template("leaf", source: "core", path: "a")))
        try await test.apply(.template("leaf"), "applied")
        let leaf = try #require(try await test.store.object(.template("leaf")))
        try await test.change(.changeObject(leaf.id, .template("leaf", text: "edited")), .removeSource(id))
        #expect(try await test.store.loadContent(.of("applied"), limit: 99) == Array("applied".utf8))
        #expect(try await test.store.loadContent(.of("shared"), limit: 99) == Array("shared".utf8))
        await #expect(throws: StoreError.self) { try await test.store.loadContent(.of("lonely"), limit: 99) }

        try await test.change(.removeObject(leaf.id), .removeSource(other))
        for table in ["content", "content_chunk", "file_version", "generation", "unnamed_content"] {
            #expect(try count(table, in: test) == 0, "\(table)")
        }
    }

    @Test func `content that a staged path gave up stays if another file names it`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "one")])
        let claim = try await test.claim(id)
        let (b, c) = (try RelativePath("b"), try RelativePath("c"))
        try await test.store.stage([.added(.text("one", at: b)), .added(.text("one", at: c))], under: claim)
        try await test.store.stage([.added(.text("two", at: b)), .removed(c)], under: claim)
        _ = try await test.store.commit(.with(.added(1)), under: claim)
        try await test.store.settle(try await test.claim(id), at: TestStore.noon)
        #expect(try await test.contents(id) == ["a=one", "b=two"])
    }

    @Test func `content that is named again while it waits to be swept stays`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let claim = try await test.claim(id)
        let a = try RelativePath("a")
        try await test.store.stage([.added(.text("one", at: a))], under: claim)
        // Staged again with other content: the first content waits to be swept.
        try await test.store.stage([.added(.text("two", at: a))], under: claim)
        try await test.store.stage([.added(.text("one", at: RelativePath("b")))], under: claim)
        _ = try await test.store.commit(.with(.added(2)), under: claim)
        try await test.store.settle(try await test.claim(id), at: TestStore.noon)
        #expect(try await test.contents(id) == ["a=two", "b=one"])
    }
}

/// A clock that a test moves.
private final class Clock: Sendable {
    private let time: Mutex<Timestamp>

    init(_ start: Timestamp) { time = Mutex(start) }

    var now: Timestamp {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }
}
