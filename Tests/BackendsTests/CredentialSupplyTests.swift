import Backends
import Fixtures
import Model
import Synchronization
import Testing

/// Credentials that come and go with time.
@Suite struct CredentialSupplyTests {
    /// A place that gives new keys each time, on a clock that a test moves.
    private final class Scripted: CredentialProvider {
        private let state = Mutex((fetches: 0, seconds: Int64(0), fails: false))
        let lifetime: Duration?

        init(lifetime: Duration?) { self.lifetime = lifetime }

        func fetch() async throws -> CredentialFinding {
            // Whoever else asks meanwhile gets a turn.
            for _ in 0..<20 { await Task.yield() }
            let (number, fails) = state.withLock { state in
                state.fetches += 1
                return (state.fetches, state.fails)
            }
            if fails { throw BackendError(.unavailable, "no keys today") }
            return .found(
                S3Credentials(
                    accessKey: "\(number)", secretKey: "s", expiration: lifetime.map { now().advanced(by: $0) }),
                place: "a test")
        }

        func now() -> Timestamp { state.withLock { Timestamp(seconds: $0.seconds) } }
        func pass(_ seconds: Int64) { state.withLock { $0.seconds += seconds } }
        func fail(_ fails: Bool = true) { state.withLock { $0.fails = fails } }
        var fetches: Int { state.withLock { $0.fetches } }
    }

    private func key(_ supply: CredentialSupply) async throws -> String? {
        try await supply.current().credentials?.accessKey
    }

    @Test func `many who ask at once make one request`() async throws {
        let place = Scripted(lifetime: .seconds(3_600))
        let supply = CredentialSupply(place, now: place.now)
        let keys = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<200 { group.addTask { try await key(supply) } }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(keys == ["1"])
        #expect(place.fetches == 1)
    }

    @Test func `keys are renewed before they expire, and kept until then`() async throws {
        let place = Scripted(lifetime: .seconds(3_600))
        let supply = CredentialSupply(place, now: place.now)
        #expect(try await key(supply) == "1")
        place.pass(2_999)
        #expect(try await key(supply) == "1")
        place.pass(2)
        #expect(try await key(supply) == "2")
    }

    @Test func `a renewal that fails is no loss while the old keys work`() async throws {
        let place = Scripted(lifetime: .seconds(3_600))
        let supply = CredentialSupply(place, now: place.now)
        #expect(try await key(supply) == "1")
        place.fail()
        place.pass(3_100)
        #expect(try await key(supply) == "1")
        #expect(try await key(supply) == "1")
        #expect(place.fetches == 2)
        place.pass(61)
        #expect(try await key(supply) == "1")
        #expect(place.fetches == 3)
        place.pass(600)
        await #expect(throws: BackendError.self) { try await supply.current() }
        place.fail(false)
        #expect(try await key(supply) == "5")
    }

    @Test func `refused keys are renewed once for all whom they were refused`() async throws {
        let place = Scripted(lifetime: nil)
        let supply = CredentialSupply(place, now: place.now)
        let old = try #require(try await supply.current().credentials)
        let keys = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<50 {
                group.addTask { try await supply.current(otherThan: old).credentials?.accessKey }
            }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(keys == ["2"])
        #expect(place.fetches == 2)
    }

    @Test func `one who gives up does not take the keys from the others`() async throws {
        let place = Scripted(lifetime: nil)
        let supply = CredentialSupply(place, now: place.now)
        // Their cancellation is what is under test.
        let impatient = Task { try await supply.current() }
        let patient = Task { try await supply.current() }
        impatient.cancel()
        #expect(try await patient.value.credentials != nil)
    }

    @Test func `a role is assumed again with newer keys when the old ones have expired`() async throws {
        let server = try ScriptedServer { request, _ in
            request.headers["authorization"]?.contains("Credential=new/") == true
                ? ScriptedServer.answer(
                    Radosgw.TemporaryKeys(accessKey: "a", secretKey: "b", sessionToken: "c").answer(to: "AssumeRole"))
                : ScriptedServer.answer(
                    "<ErrorResponse><Error><Code>ExpiredTokenException</Code></Error></ErrorResponse>", status: 400)
        }
        func role(_ place: Changing) throws -> AssumedRole {
            AssumedRole(
                RoleSettings(arn: "arn:aws:iam::1:role/r"), base: CredentialSupply(place),
                service: SecurityTokenService(
                    endpoint: try HTTPURL.parse(server.url).url, region: "us-east-1", http: HTTPSettings()))
        }
        #expect(try await role(Changing(["old", "new"])).fetch().credentials?.accessKey == "a")
        #expect(server.requests.count == 2)
        let error = try await #require(throws: BackendError.self) { try await role(Changing(["old"])).fetch() }
        #expect(error.cause == .credentials)
        #expect(error.reason.contains("ExpiredTokenException"))
        #expect(server.requests.count == 3)
    }

    @Test func `who waits for keys that never come can give up`() async throws {
        struct Endless: CredentialProvider {
            func fetch() async throws -> CredentialFinding {
                // Ends when it is cancelled.
                for await _ in AsyncStream<Int>(Int.self, { _ in }) {}
                throw CancellationError()
            }
        }
        let backend = S3Backend(
            try S3Location(SourceURL("http://127.0.0.1:1/bucket")), supply: CredentialSupply(Endless()))
        // Its cancellation is what is under test.
        let task = Task { try await backend.snapshot(FileSelection()).drain() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `settings and keys print as nothing`() throws {
        let settings = try CredentialSettings(
            BackendConfiguration(
                url: SourceURL("s3://bucket"),
                parameters: ["aws_access_key_id": "k", "aws_secret_access_key": "planted"], cacheFolder: ""),
            region: nil, http: HTTPSettings())
        var text = ""
        dump(settings, to: &text)
        dump(S3CustomerKey(base64: "cGxhbnRlZHBsYW50ZWRwbGFudGVkcGxhbnRlZDEyMzQ="), to: &text)
        dump(S3Credentials(accessKey: "k", secretKey: "planted", sessionToken: "planted"), to: &text)
        #expect(!text.contains("planted"))
        #expect(text.contains("<credentials>"))
    }

    @Test func `a role is asked for once, however many data sources have it`() async throws {
        let server = try ScriptedServer { _, _ in
            ScriptedServer.answer(
                Radosgw.TemporaryKeys(accessKey: "a", secretKey: "b", sessionToken: "c").answer(to: "AssumeRole"))
        }
        let cache = CredentialCache()
        for number in 0..<1_000 {
            let settings = try CredentialSettings(
                BackendConfiguration(
                    url: SourceURL("s3://bucket-\(number)"),
                    parameters: [
                        "role_arn": "arn:aws:iam::1:role/r", "sts_endpoint": server.url, "parallel": "\(number + 1)",
                        "aws_access_key_id": "k", "aws_secret_access_key": "s",
                    ], cacheFolder: ""), region: "us-east-1", http: HTTPSettings())
            #expect(try await settings.supply(in: cache)?.current().credentials?.accessKey == "a")
        }
        #expect(server.requests.count == 1)
        let form = String(decoding: server.requests[0].body, as: UTF8.self)
        #expect(form.contains("RoleSessionName=sluice"))
    }

    @Test func `keys that expire in the middle of a sync are renewed, and the request is repeated`() async throws {
        let bucket = try S3Bucket(on: await .shared())
        try bucket.put("a", "x")
        let backend = S3Backend(
            try S3Location(SourceURL(bucket.url)),
            supply: CredentialSupply(Changing(["AKGONE", bucket.server.accessKey], secretKey: bucket.server.secretKey)))
        #expect(try await backend.snapshot(FileSelection()).drain().files.count == 1)
    }

    /// A place where keys were replaced: the last ones stay.
    private final class Changing: CredentialProvider {
        private let accessKeys: Mutex<[String]>
        private let fetched = Atomic(0)
        private let secretKey: String

        init(_ accessKeys: [String], secretKey: String = "s") {
            self.accessKeys = Mutex(accessKeys)
            self.secretKey = secretKey
        }

        var fetches: Int { fetched.load(ordering: .relaxed) }

        func fetch() async throws -> CredentialFinding {
            fetched.add(1, ordering: .relaxed)
            let accessKey = accessKeys.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
            return .found(S3Credentials(accessKey: accessKey, secretKey: secretKey), place: "a test")
        }
    }

    @Test func `a token that expires while many objects are read is renewed once`() async throws {
        let keys = (0..<40).map { "k\($0 + 100)" }
        let place = Changing(["first", "second"])
        let listing = """
            <ListBucketResult><IsTruncated>false</IsTruncated>\
            \(keys.map { "<Contents><Key>\($0)</Key><ETag>e</ETag><Size>1</Size></Contents>" }.joined())\
            </ListBucketResult>
            """
        let server = try ScriptedServer { request, number in
            let isNew = request.headers["authorization"]?.contains("Credential=second/") == true
            // It expires after the listing and a few objects.
            return number > 5 && !isNew
                ? ScriptedServer.answer("<Error><Code>ExpiredToken</Code></Error>", status: 400)
                : ScriptedServer.answer(number == 0 ? listing : "x")
        }
        let backend = S3Backend(
            try S3Location(SourceURL(server.url + "/bucket")), supply: CredentialSupply(place))
        let snapshot = try await backend.snapshot(FileSelection())
        let files = try await snapshot.drain().files
        let read = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for file in files { group.addTask { try await snapshot.content(of: file) } }
            return try await group.reduce(into: 0) { $0 += $1.count }
        }
        #expect(read == 40)
        #expect(place.fetches == 2)
    }

    @Test func `a token that stays expired is told with where it is from`() async throws {
        let server = try ScriptedServer { _, _ in
            ScriptedServer.answer("<Error><Code>ExpiredToken</Code></Error>", status: 400)
        }
        let backend = S3Backend(
            try S3Location(SourceURL(server.url + "/bucket")), supply: CredentialSupply(Changing(["only"])))
        let error = try await #require(throws: BackendError.self) {
            try await backend.snapshot(FileSelection()).drain()
        }
        #expect(error.cause == .credentials)
        #expect(error.reason.contains("session token of a test"))
        #expect(server.requests.count == 1)
    }

    @Test(
        arguments: [
            ("2026-11-21T12:00:00Z", 1_795_262_400), ("2026-11-21T12:00:00.123456789Z", 1_795_262_400),
            ("2026-11-21T13:00:00+01:00", 1_795_262_400), ("2026-11-21T11:30:00-0030", 1_795_262_400),
            ("1970-01-01T00:00:00Z", 0), ("0000-01-01T00:00:00Z", -62_167_219_200),
            ("2000-02-29T23:59:59Z", 951_868_799), ("2026-11-21", nil), ("soon", nil),
            ("2026-13-21T12:00:00Z", nil), ("2026-11-21T12:00:00", nil), ("2026-11-21T12:00:00Q", nil),
        ] as [(String, Int64?)])
    func `a moment is read as AWS's services write it`(text: String, seconds: Int64?) {
        #expect(Timestamp(iso8601: text) == seconds.map { Timestamp(seconds: $0) })
    }
}
