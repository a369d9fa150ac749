import Backends
import Fixtures
import Model
import Testing

/// Against a server that checks every signature.
@Suite struct S3BackendTests {
    static let keys = [
        "a b.txt", "é.txt", "a+b.txt", "p(1)'!*.txt", "a=b&c.txt", "a~b", "x%20y", "#h?q", "日本/語.j2", "a:b;c,d@e$",
        "q\"<>\\^`{|}",
    ]

    @Test func `every character of a key survives listing and fetching`() async throws {
        let bucket = try S3Bucket(on: await .shared())
        try bucket.put(Dictionary(uniqueKeysWithValues: Self.keys.map { ($0, Array($0.utf8)) }))
        let snapshot = try await bucket.snapshot()
        let page = try await snapshot.drain()
        #expect(page.files.map(\.path.string) == Self.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(page.problems.isEmpty)
        for file in page.files {
            #expect(try await snapshot.content(of: file) == Array(file.path.string.utf8))
        }
        await snapshot.close()
    }

    @Test func `a prefix is a folder`() async throws {
        let bucket = try S3Bucket(on: await .shared())
        for key in ["conf", "conf/a", "conf/b/c", "conf-old/a", "config/a", "conf.bak"] { try bucket.put(key, key) }
        for folder in ["conf", "conf/"] {
            let page = try await bucket.snapshot("/" + folder).drain()
            #expect(page.files.map(\.path.string) == ["a", "b/c"])
        }
        let error = try await #require(throws: BackendError.self) { try await bucket.snapshot("/con").drain() }
        #expect(error.cause == .notFound)
        #expect(error.reason.contains("con/"))
    }

    @Test func `a listing of n keys costs a request for each thousand`() async throws {
        let bucket = try S3Bucket(on: await .shared())
        let keys = (0..<2_001).map { "many/\($0)" }
        try bucket.put(Dictionary(uniqueKeysWithValues: keys.map { ($0, [UInt8]()) }))
        let snapshot = try await bucket.snapshot()
        var counts: [Int] = []
        while let page = try await snapshot.nextPage() { counts.append(page.files.count) }
        #expect(counts == [1_000, 1_000, 1])
    }

    @Test func `what is no legal path is a problem, and what stands for a folder is nothing`() async throws {
        let bucket = try S3Bucket(on: await .shared())
        // What is in `.git` is left out, as whatever a dot is in front of.
        for key in ["ok", "../up", "a//b", "/abs", ".git/hooks/x", "tab\there"] { try bucket.put(key, key) }
        try bucket.put("empty/", "")
        let page = try await bucket.snapshot().drain()
        #expect(page.files.map(\.path.string) == ["ok"])
        #expect(page.problems.map(\.kind) == Array(repeating: .illegalPath, count: 4))
        #expect(
            Set(page.problems.map(\.name.description))
                == ["../up", "a//b", "/abs", "tab\\x09here"])
    }

    @Test func `rules and the size limit hold for a bucket`() async throws {
        let bucket = try S3Bucket(on: await .shared())
        try bucket.put(["a.yaml": [1, 2, 3, 4], "b.txt": [1], ".hidden": [1], "c/d.yaml": [1, 2]])
        let selection = FileSelection(rules: IgnoreRules("*.txt"), sizeLimitInBytes: 3)
        let page = try await bucket.snapshot(selection: selection).drain()
        #expect(page.files.map(\.path.string) == ["a.yaml", "c/d.yaml"])
        #expect(page.files.map(\.problem?.kind) == [.tooLarge, nil])
    }

    @Test func `storing the same content again moves no fingerprint, and other content does`() async throws {
        let bucket = try S3Bucket(on: await .shared())
        try bucket.put(["a": [1], "b": [1]])
        let before = try await bucket.snapshot().drain().files
        try bucket.put(["a": [1], "b": [2]])
        let after = try await bucket.snapshot().drain().files
        #expect(before[0].fingerprint == after[0].fingerprint)
        #expect(before[1].fingerprint != after[1].fingerprint)
    }

    @Test func `an object that changed or went since the listing is lost alone`() async throws {
        let bucket = try S3Bucket(on: await .shared())
        try bucket.put(["changed": [1], "gone": [1], "same": [1]])
        let snapshot = try await bucket.snapshot()
        let files = try await snapshot.drain().files
        try bucket.put(["changed": [2]])
        try bucket.remove("gone")
        for (file, reason) in zip(files, ["it changed since it was listed", "it was removed since it was listed"]) {
            let problem = try await #require(throws: FileProblem.self) { try await snapshot.content(of: file) }
            #expect(problem.kind == .vanished)
            #expect(problem.name.description == file.path.string)
            #expect(problem.reason == reason)
        }
        #expect(try await snapshot.content(of: files[2]) == [1])
    }

    @Test func `large and empty objects come whole, many at once`() async throws {
        let bucket = try S3Bucket(on: await .shared())
        let large = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 11) }
        try bucket.put(["empty": [], "large": large, "piece": Array(large.prefix(256 << 10))])
        let snapshot = try await bucket.snapshot()
        let files = try await snapshot.drain().files
        let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
            for file in files { group.addTask { try await snapshot.content(of: file).count } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(sizes.sorted() == [0, 256 << 10, 3_000_001])
        #expect(try await snapshot.content(of: files[1]) == large)
        #expect(snapshot.bytesTransferred > 6_000_000)
    }

    @Test func `a sink that throws ends its transfer with its own error`() async throws {
        struct Enough: Error {}
        let bucket = try S3Bucket(on: await .shared())
        try bucket.put(["large": Array(repeating: 7, count: 1_000_000), "small": [1]])
        let snapshot = try await bucket.snapshot()
        for file in try await snapshot.drain().files {
            await #expect(throws: Enough.self) { try await snapshot.read(file) { _ in throw Enough() } }
        }
    }

    @Test(arguments: [
        ("SKWRONG", "AKTEST", BackendError.Cause.credentials, "aws_secret_access_key"),
        ("planted", "AKNOBODY", .credentials, "aws_access_key_id"),
    ])
    func `wrong keys are told apart and never shown`(
        secret: String, key: String, cause: BackendError.Cause, hint: String
    ) async throws {
        let bucket = try S3Bucket(on: await .shared())
        let credentials = S3Credentials(accessKey: key, secretKey: secret)
        let error = try await #require(throws: BackendError.self) {
            try await bucket.snapshot(credentials: credentials).drain()
        }
        #expect(error.cause == cause)
        #expect(error.retry == .never)
        #expect(error.reason.contains(bucket.name))
        #expect(error.advice?.contains(hint) == true)
        #expect(!"\(error)".contains(secret))
    }

    @Test func `a public bucket is read without keys, and a private one asks for them`() async throws {
        let open = try S3Bucket(on: await .shared(), isPublic: true)
        try open.put(["a b+é": [1, 2]], isPublic: true)
        let snapshot = try await open.snapshot(credentials: nil)
        let files = try await snapshot.drain().files
        #expect(try await snapshot.content(of: files[0]) == [1, 2])

        let closed = try S3Bucket(on: await .shared())
        let error = try await #require(throws: BackendError.self) {
            try await closed.snapshot(credentials: nil).drain()
        }
        #expect(error.cause == .credentials)
        #expect(error.advice?.contains("aws_access_key_id") == true)
    }

    @Test func `a private object in a public bucket is lost alone`() async throws {
        let bucket = try S3Bucket(on: await .shared(), isPublic: true)
        try bucket.put("closed", "x")
        let snapshot = try await bucket.snapshot(credentials: nil)
        let file = try #require(try await snapshot.drain().files.first)
        let problem = try await #require(throws: FileProblem.self) { try await snapshot.content(of: file) }
        #expect(problem.kind == .unreadable)
        #expect(problem.reason.contains("AccessDenied"))
    }

    @Test func `a bucket that does not exist is an error, never an empty listing`() async throws {
        let bucket = try S3Bucket(on: await .shared())
        let backend = S3Backend(
            try S3Location(SourceURL(bucket.server.endpoint + "/nosuchbucket")), credentials: bucket.credentials)
        let error = try await #require(throws: BackendError.self) {
            try await backend.snapshot(FileSelection()).drain()
        }
        #expect(error.cause == .notFound)
        #expect(error.reason.contains("nosuchbucket"))
    }

    @Test func `a clock that is wrong is named`() async throws {
        let bucket = try S3Bucket(on: await .shared())
        let error = try await #require(throws: BackendError.self) {
            try await bucket.snapshot(now: { Timestamp(seconds: 1_700_000_000) }).drain()
        }
        #expect(error.cause == .credentials)
        #expect(error.advice?.contains("clock") == true)
    }

    @Test func `a bucket has no revision, and is not asked for one`() async throws {
        let nowhere = try S3Location(SourceURL("http://127.0.0.1:1/bucket"))
        #expect(try await S3Backend(nowhere, credentials: nil).currentRevision() == nil)
    }
}

extension S3Bucket {
    var credentials: S3Credentials { S3Credentials(accessKey: server.accessKey, secretKey: server.secretKey) }

    func snapshot(
        _ folder: String = "", selection: FileSelection = FileSelection(),
        now: @escaping @Sendable () -> Timestamp = SystemTime.now
    ) async throws -> any Snapshot {
        try await snapshot(folder, selection: selection, credentials: credentials, now: now)
    }

    func snapshot(
        _ folder: String = "", selection: FileSelection = FileSelection(), credentials: S3Credentials?,
        now: @escaping @Sendable () -> Timestamp = SystemTime.now
    ) async throws -> any Snapshot {
        let location = try S3Location(SourceURL(url + folder))
        return try await S3Backend(location, credentials: credentials, now: now).snapshot(selection)
    }
}
