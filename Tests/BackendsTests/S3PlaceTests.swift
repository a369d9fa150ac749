import Backends
import Crypto
import Fixtures
import Model
import Synchronization
import Testing

/// Buckets that are not where, or not as, they were asked for at first.
@Suite struct S3PlaceTests {
    private static let keys = S3Credentials(accessKey: "AK", secretKey: "SK")

    /// The region that a request is signed for; nil when its signature is not the right one for it.
    private static func signedRegion(_ request: ScriptedServer.Request, service: String = "s3") -> String? {
        guard let text = request.headers["authorization"], let date = request.headers["x-amz-date"],
            let scope = text.split(separator: "/").dropFirst(2).first.map(String.init)
        else { return nil }
        let target = request.target.split(separator: "?", maxSplits: 1)
        let query = (target.count > 1 ? target[1] : "").split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "") ?? []
            return (name: String(parts[0]), value: String(decoding: value, as: UTF8.self))
        }
        let names =
            text.split(separator: "SignedHeaders=").last?.split(separator: ",").first?.split(separator: ";") ?? []
        let headers = names.map { (name: String($0), value: request.headers[String($0)] ?? "") }
        let digits = Array(date.utf8).filter { (48...57).contains($0) }.map { Int64($0 - 48) }
        func number(_ range: Range<Int>) -> String { digits[range].map { "\($0)" }.joined() }
        let iso =
            "\(number(0..<4))-\(number(4..<6))-\(number(6..<8))T\(number(8..<10)):\(number(10..<12)):\(number(12..<14))Z"
        guard let moment = Timestamp(iso8601: iso) else { return nil }
        let expected = SignatureV4(credentials: keys, region: scope, service: service).authorization(
            for: SignatureV4.Parts(method: request.method, path: String(target[0]), query: query, headers: headers),
            at: moment)
        return expected == text ? scope : nil
    }

    private static let listing = """
        <ListBucketResult><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated>\
        <Contents><Key>a</Key><ETag>"e"</ETag><Size>1</Size></Contents></ListBucketResult>
        """

    private static func answer(_ request: ScriptedServer.Request) -> [UInt8] {
        request.target.contains("list-type") ? ScriptedServer.answer(listing) : ScriptedServer.answer("x")
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let status: Int
        var body = ""
        var headers: [String] = []

        static let table = [
            Refusal(
                testDescription: "301 with a header", status: 301,
                body: "<Error><Code>PermanentRedirect</Code></Error>", headers: ["x-amz-bucket-region: eu-west-1"]),
            Refusal(
                testDescription: "400 with an element", status: 400,
                body: "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>"),
            Refusal(
                testDescription: "400 with a header", status: 400,
                body: "<Error><Code>IllegalLocationConstraintException</Code></Error>",
                headers: ["x-amz-bucket-region: eu-west-1"]),
            Refusal(
                testDescription: "307 to somewhere else, with a header", status: 307,
                body: "<Error><Code>TemporaryRedirect</Code></Error>",
                headers: ["Location: http://example.com/", "x-amz-bucket-region: eu-west-1"]),
        ]
    }

    @Test(arguments: Refusal.table)
    func `a bucket of another region is asked again with a signature for that region, once a backend`(
        _ it: Refusal
    ) async throws {
        let server = try ScriptedServer { request, _ in
            Self.signedRegion(request) == "eu-west-1"
                ? Self.answer(request) : ScriptedServer.answer(it.body, status: it.status, headers: it.headers)
        }
        let backend = S3Backend(try S3Location(SourceURL(server.url + "/bucket")), credentials: Self.keys)
        let snapshot = try await backend.snapshot(FileSelection())
        let files = try await snapshot.drain().files
        #expect(files.map(\.path.string) == ["a"])
        #expect(try await snapshot.content(of: files[0]) == Array("x".utf8))
        #expect(try await backend.snapshot(FileSelection()).drain().files.count == 1)
        #expect(
            server.requests.map { Self.signedRegion($0) } == ["us-east-1", "eu-west-1", "eu-west-1", "eu-west-1"])
    }

    @Test func `a bucket that moves on and on is given up`() async throws {
        let server = try ScriptedServer { _, number in
            ScriptedServer.answer(
                "<Error><Code>PermanentRedirect</Code><Region>r-\(number)</Region></Error>", status: 301)
        }
        let backend = S3Backend(try S3Location(SourceURL(server.url + "/bucket")), credentials: Self.keys)
        let error = try await #require(throws: BackendError.self) {
            try await backend.snapshot(FileSelection()).drain()
        }
        #expect(error.cause == .settings)
        #expect(error.reason.contains("\"r-3\""))
        #expect(server.requests.count == 4)
    }

    @Test func `the region comes from the setting, the environment or the profile, in this order`() async throws {
        let home = try TemporaryFolder()
        try home.write(".aws/config", "[default]\nregion = r-profile\n")
        let server = try ScriptedServer { request, _ in Self.answer(request) }
        let keys = ["aws_access_key_id": "AK", "aws_secret_access_key": "SK"]
        var setup = S3Setup(server.url + "/bucket", keys, environment: ["HOME": home.path])
        try await setup.list()
        setup.environment["AWS_DEFAULT_REGION"] = "r-default"
        try await setup.list()
        setup.environment["AWS_REGION"] = "r-environment"
        try await setup.list()
        setup.parameters["region"] = "r-setting"
        try await setup.list()
        let listings = server.requests.filter { $0.target.contains("list-type") }
        #expect(
            listings.map { Self.signedRegion($0) } == ["r-profile", "r-default", "r-environment", "r-setting"])
    }

    @Test func `whoever asks pays where that is set, with a signature that covers it`() async throws {
        let server = try ScriptedServer { request, _ in
            Self.signedRegion(request) != nil && request.headers["x-amz-request-payer"] == "requester"
                && request.headers["authorization"]?.contains("x-amz-request-payer") == true
                ? Self.answer(request)
                : ScriptedServer.answer("<Error><Code>AccessDenied</Code></Error>", status: 403)
        }
        let keys = ["aws_access_key_id": "AK", "aws_secret_access_key": "SK"]
        var setup = S3Setup(server.url + "/bucket", keys)
        #expect(await setup.failure()?.cause == .credentials)
        setup.parameters["request_payer"] = "true"
        #expect(try await setup.list() == ["a"])
        #expect(server.requests.count == 3)
    }

    @Test func `objects under a customer's key are read with it, and lost alone without`() async throws {
        let bucket = try S3Bucket(on: await .shared(), isOpen: true)
        let key = Array("0123456789abcdef0123456789abcdef".utf8)
        let name = "x-amz-server-side-encryption-customer-"
        let sum = Base64.text(Array(Insecure.MD5.hash(data: key)))
        try bucket.put(
            "closed", "secret content",
            headers: [
                "\(name)algorithm: AES256", "\(name)key: \(Base64.text(key))", "\(name)key-md5: \(sum)",
            ])
        let keys = [
            "aws_access_key_id": bucket.server.accessKey, "aws_secret_access_key": bucket.server.secretKey,
        ]
        func content(_ key: [UInt8]?) async throws -> [UInt8] {
            var setup = S3Setup(bucket.url, keys)
            setup.parameters["sse_customer_key"] = key.map { Base64.text($0) }
            let snapshot = try await setup.backend.snapshot(FileSelection())
            let file = try #require(try await snapshot.drain().files.first)
            return try await snapshot.content(of: file)
        }
        #expect(try await content(key) == Array("secret content".utf8))
        for wrong in [nil, Array(key.reversed())] as [[UInt8]?] {
            let problem = try await #require(throws: FileProblem.self) { try await content(wrong) }
            #expect(problem.kind == .unreadable)
            #expect(problem.reason.contains("sse_customer_key"))
            #expect(problem.general?.cause == .credentials)
            #expect(problem.general?.advice?.contains("\"sse_customer_key\"") == true, "\(problem)")
        }
    }

    @Test(
        arguments: [
            ("http://s3.eu-west-1.amazonaws.com/bucket", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", .encryption),
            ("https://s3.eu-west-1.amazonaws.com/bucket", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZQ==", .settings),
            ("https://s3.eu-west-1.amazonaws.com/bucket", "planted", .settings),
        ] as [(String, String, BackendError.Cause)])
    func `a customer's key that is none, or would go in the clear to AWS, is refused`(
        url: String, key: String, cause: BackendError.Cause
    ) throws {
        let error = try #require(throws: BackendError.self) {
            try S3Setup(url, ["sse_customer_key": key]).backend
        }
        #expect(error.cause == cause)
        #expect(!"\(error)".contains(key))
    }

    @Test func `secrets on their way over plain http are warned of`() throws {
        func warnings(_ url: String, _ parameters: [String: ParameterValue]) throws -> Int {
            BackendType.amazonS3.warnings(
                DataSourceSettings(
                    name: try SourceName("s"), type: "amazon-s3", sourceURL: SourceURL(url), parameters: parameters)
            ).count
        }
        let key: [String: ParameterValue] = ["sse_customer_key": .secret("x")]
        #expect(try warnings("http://minio.example.com/bucket", key) == 1)
        #expect(try warnings("https://minio.example.com/bucket", key) == 0)
        #expect(try warnings("http://minio.example.com/bucket", [:]) == 0)
        let endpoint: [String: ParameterValue] = ["endpoint": .literal("http://minio.example.com")]
        #expect(try warnings("s3://bucket", key.merging(endpoint) { $1 }) == 1)
        #expect(try warnings("s3://bucket", ["sts_endpoint": .literal("http://sts.example.com")]) == 1)
    }

    @Test func `a directory bucket is asked in a session of its own`() async throws {
        let session = Radosgw.TemporaryKeys(accessKey: "AK", secretKey: "SK", sessionToken: "in session")
        let server = try ScriptedServer { request, _ in
            guard Self.signedRegion(request, service: "s3express") == "us-west-2" else {
                return ScriptedServer.answer("", status: 403)
            }
            if request.target == "/b--usw2-az1--x-s3?session=" {
                return ScriptedServer.answer(session.answer(to: "CreateSession"))
            }
            guard request.headers["x-amz-s3session-token"] == "in session" else {
                return ScriptedServer.answer("", status: 403)
            }
            return request.target.contains("list-type")
                ? ScriptedServer.answer(
                    """
                    <ListBucketResult><IsTruncated>false</IsTruncated>\
                    <Contents><Key>b</Key><ETag>"e"</ETag><Size>1</Size></Contents>\
                    <Contents><Key>a</Key><ETag>"e"</ETag><Size>1</Size></Contents></ListBucketResult>
                    """) : ScriptedServer.answer("x")
        }
        let setup = S3Setup(
            "s3://b--usw2-az1--x-s3",
            [
                "endpoint": server.url, "region": "us-west-2", "aws_access_key_id": "AK",
                "aws_secret_access_key": "SK",
            ])
        #expect(try await setup.list() == ["a", "b"])
        #expect(server.requests.count == 4)
    }
}

private enum Base64 {
    static func text(_ bytes: some Collection<UInt8>) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let three = Array(rest.prefix(3)) + [0, 0]
            let bits = Int(three[0]) << 16 | Int(three[1]) << 8 | Int(three[2])
            let four = [18, 12, 6, 0].map { digits[bits >> $0 & 63] }
            text +=
                four.prefix(min(rest.count, 3) + 1) + Array(repeating: UInt8(ascii: "="), count: max(0, 3 - rest.count))
            rest = rest.dropFirst(3)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
