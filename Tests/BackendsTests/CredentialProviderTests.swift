import Backends
import Fixtures
import Model
import Synchronization
import Testing

/// Each place that credentials come from, at a real HTTP end; what it gives is then checked by a real S3 server.
@Suite struct CredentialProviderTests {
    private struct World {
        let bucket: S3Bucket
        let role: String
        let keys: Radosgw.TemporaryKeys

        init() async throws {
            bucket = try S3Bucket(on: await .sharedWithRoles())
            try bucket.put("a b+é", "x")
            role = try Self.role.get(on: bucket.server)
            keys = try bucket.server.temporaryKeys(of: role)
        }

        private static let role = OnceRole()

        final class OnceRole: Sendable {
            private let made = Mutex<String?>(nil)

            func get(on server: Radosgw) throws -> String {
                try made.withLock { made in
                    if let made { return made }
                    made = try server.role("reader")
                    return made ?? ""
                }
            }
        }

        var asUser: [String: String] {
            ["AWS_ACCESS_KEY_ID": bucket.server.accessKey, "AWS_SECRET_ACCESS_KEY": bucket.server.secretKey]
        }

        var asTemporary: [String: String] {
            [
                "AWS_ACCESS_KEY_ID": keys.accessKey, "AWS_SECRET_ACCESS_KEY": keys.secretKey,
                "AWS_SESSION_TOKEN": keys.sessionToken,
            ]
        }
    }

    @Test func `keys of the environment are used, a session token with them`() async throws {
        let world = try await World()
        #expect(try await S3Setup(world.bucket.url, environment: world.asUser).list() == ["a b+é"])
        #expect(try await S3Setup(world.bucket.url, environment: world.asTemporary).list() == ["a b+é"])
        var wrong = world.asTemporary
        wrong["AWS_SESSION_TOKEN"] = nil
        #expect(await S3Setup(world.bucket.url, environment: wrong).failure()?.cause == .credentials)
    }

    @Test func `a role is assumed at the server's own token service, whoever asks first`() async throws {
        let world = try await World()
        let parameters = [
            "role_arn": world.role, "sts_endpoint": world.bucket.server.endpoint, "role_external_id": "team/7=x",
            "role_session_name": "nightly",
        ]
        #expect(try await S3Setup(world.bucket.url, parameters, environment: world.asUser).list() == ["a b+é"])
        // The role's own rights are what counts: one without any is refused, though its user is not.
        var keys = parameters
        keys["aws_access_key_id"] = world.bucket.server.accessKey
        keys["aws_secret_access_key"] = world.bucket.server.secretKey
        #expect(try await S3Setup(world.bucket.url, keys).list() == ["a b+é"])
    }

    @Test func `a role that cannot be assumed is an error that names it and tells no secret`() async throws {
        let world = try await World()
        var parameters = ["role_arn": "arn:aws:iam:::role/nobody", "sts_endpoint": world.bucket.server.endpoint]
        let unknown = try #require(await S3Setup(world.bucket.url, parameters, environment: world.asUser).failure())
        #expect(unknown.cause == .credentials)
        #expect(unknown.reason.contains("role/nobody"))
        #expect(unknown.reason.contains(world.bucket.server.endpoint))

        parameters["role_arn"] = world.role
        var wrong = world.asUser
        wrong["AWS_SECRET_ACCESS_KEY"] = "planted"
        let refused = try #require(await S3Setup(world.bucket.url, parameters, environment: wrong).failure())
        #expect(refused.cause == .credentials)
        #expect(!"\(refused)".contains("planted"))

        let nobody = try #require(await S3Setup(world.bucket.url, parameters).failure())
        #expect(nobody.cause == .credentials)
        #expect(nobody.reason.contains("AWS_ACCESS_KEY_ID in the environment"))
    }

    @Test func `profiles of the shared files give keys and roles, over as many steps as it takes`() async throws {
        let world = try await World()
        let home = try TemporaryFolder()
        try home.write(
            ".aws/credentials",
            """
            [default]
            aws_access_key_id = \(world.bucket.server.accessKey)
            aws_secret_access_key = \(world.bucket.server.secretKey)
            [temporary]
            aws_access_key_id: \(world.keys.accessKey)
            AWS_SECRET_ACCESS_KEY: \(world.keys.secretKey)
            aws_session_token = \(world.keys.sessionToken)
            """)
        try home.write(
            ".aws/config",
            """
            # what a person would write
            [default]
            region = us-east-1
            s3 =
                addressing_style = path
            [profile role]
            role_arn = \(world.role)
            source_profile = default
            external_id = team/7=x
            [profile circle]
            role_arn = \(world.role)
            source_profile = circle2
            [profile circle2]
            role_arn = \(world.role)
            source_profile = circle
            [profile environment]
            role_arn = \(world.role)
            credential_source = Environment
            [profile program]
            credential_process = cat "\(home.path(of: "printed keys"))"
            [profile sso]
            sso_start_url = https://example.com
            """)
        try home.write("printed keys", world.keys.document(token: "SessionToken"))
        func setup(_ profile: String?, _ more: [String: String] = [:], named: Bool = false) -> S3Setup {
            var environment = ["HOME": home.path, "AWS_ENDPOINT_URL_STS": world.bucket.server.endpoint]
            environment.merge(more) { $1 }
            if !named { environment["AWS_PROFILE"] = profile }
            return S3Setup(
                world.bucket.url, named ? profile.map { ["aws_profile": $0] } ?? [:] : [:], environment: environment)
        }
        for profile in [nil, "default", "temporary", "role", "program"] {
            #expect(try await setup(profile).list() == ["a b+é"], "\(profile ?? "none")")
            #expect(try await setup(profile, named: true).list() == ["a b+é"], "\(profile ?? "none")")
        }
        // With AWS_PROFILE the environment's keys come first; with a profile that the source names they do not.
        let wrong = ["AWS_ACCESS_KEY_ID": "AKNOBODY", "AWS_SECRET_ACCESS_KEY": "planted"]
        #expect(await setup("default", wrong).failure()?.reason.contains("403") == true)
        #expect(try await setup("role", wrong, named: true).list() == ["a b+é"])
        #expect(try await setup("environment", world.asUser, named: true).list() == ["a b+é"])

        for (profile, hint) in [
            ("circle", "leads back"), ("nosuch", "no profile \"nosuch\""), ("sso", "web page"),
            ("environment", "AWS_ACCESS_KEY_ID"),
        ] {
            let error = try #require(await setup(profile, named: true).failure())
            #expect(error.reason.contains(hint), "\(error)")
            #expect(error.advice != nil || profile == "environment")
        }
    }

    @Test func `a token of a web identity is exchanged for the keys of a role, and read anew each time`() async throws {
        let world = try await World()
        let folder = try TemporaryFolder()
        let token = try folder.write("token", "first.planted\n")
        let server = try ScriptedServer { request, number in
            guard request.method == "POST", request.target == "/", request.headers["authorization"] == nil else {
                return ScriptedServer.answer("", status: 400)
            }
            // The service has one bad moment.
            return number == 0
                ? ScriptedServer.answer("", status: 503)
                : ScriptedServer.answer(world.keys.answer(to: "AssumeRoleWithWebIdentity"))
        }
        let environment = [
            "AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "arn:aws:iam::1:role/a+b",
            "AWS_ROLE_SESSION_NAME": "pod", "AWS_ENDPOINT_URL_STS": server.url,
        ]
        #expect(try await S3Setup(world.bucket.url, environment: environment).list() == ["a b+é"])
        let asked = server.requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(asked.count == 2)
        #expect(
            asked.last
                == "Action=AssumeRoleWithWebIdentity&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa%2Bb"
                + "&RoleSessionName=pod&Version=2011-06-15&WebIdentityToken=first.planted")

        // The same from a profile.
        let home = try TemporaryFolder()
        try home.write(
            ".aws/config",
            "[profile pod]\nrole_arn=arn:aws:iam::1:role/x\nweb_identity_token_file=\(token)\nregion=eu-west-9\n")
        let profile = S3Setup(
            world.bucket.url, ["aws_profile": "pod", "sts_endpoint": server.url], environment: ["HOME": home.path])
        #expect(try await profile.list() == ["a b+é"])
    }

    @Test func `a token service that refuses an identity is told with its code, never with the token`() async throws {
        let folder = try TemporaryFolder()
        let token = try folder.write("token", "planted")
        let server = try ScriptedServer { _, _ in
            ScriptedServer.answer(
                "<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>planted</Message></Error>"
                    + "</ErrorResponse>", status: 400)
        }
        var setup = S3Setup(
            "http://127.0.0.1:1/bucket",
            environment: [
                "AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "arn:aws:iam::1:role/a",
                "AWS_ENDPOINT_URL_STS": server.url,
            ])
        let error = try #require(await setup.failure())
        #expect(error.cause == .credentials)
        #expect(error.reason.contains("400 InvalidIdentityToken"))
        #expect(error.reason.contains("role/a"))
        #expect(!"\(error)".contains("planted"))
        #expect(server.requests.count == 1)

        setup.environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = folder.path(of: "missing")
        #expect(await setup.failure()?.reason.contains(folder.path(of: "missing")) == true)
        setup.environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = token
        setup.environment["AWS_ROLE_ARN"] = nil
        #expect(await setup.failure()?.advice?.contains("AWS_ROLE_ARN") == true)
    }

    @Test func `a container's agent is asked with its token`() async throws {
        let world = try await World()
        let folder = try TemporaryFolder()
        let server = try ScriptedServer { request, _ in
            request.method == "GET" && request.headers["authorization"] == "Bearer abc"
                && request.target == "/v2/credentials?id=1"
                ? ScriptedServer.answer(world.keys.document()) : ScriptedServer.answer("", status: 400)
        }
        var environment = [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/v2/credentials?id=1",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer abc",
            // The next place is not asked for what this one refuses.
            "AWS_EC2_METADATA_DISABLED": "false",
        ]
        #expect(try await S3Setup(world.bucket.url, environment: environment).list() == ["a b+é"])
        environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = try folder.write("token", "Bearer wrong")
        let refused = try #require(await S3Setup(world.bucket.url, environment: environment).failure())
        #expect(refused.cause == .credentials)
        #expect(refused.reason.contains("answers 400"))
        environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = try folder.write("token", "a\r\nb: planted")
        let broken = try #require(await S3Setup(world.bucket.url, environment: environment).failure())
        #expect(broken.reason.contains("line break"))
        #expect(!"\(broken)".contains("planted"))
        #expect(server.requests.count == 2)
    }

    @Test(arguments: [
        "http://169.254.170.3/x", "http://example.com/x", "http://127.0.0.1.example.com/", "ftp://127.0.0.1/",
    ])
    func `a container's token goes to no address that could be anybody's`(_ url: String) async throws {
        let error = try #require(
            await S3Setup(
                "http://127.0.0.1:1/bucket", environment: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": url]
            ).failure())
        #expect(error.cause == .settings)
        #expect(error.reason.contains("AWS_CONTAINER_CREDENTIALS_FULL_URI"))
    }

    @Test func `an instance's metadata is asked in three steps, with its token`() async throws {
        let world = try await World()
        let server = try ScriptedServer { request, _ in Self.metadata(request, world.keys.document()) }
        let environment = [
            "AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url + "/",
        ]
        #expect(try await S3Setup(world.bucket.url, environment: environment).list() == ["a b+é"])
        #expect(
            server.requests.map { "\($0.method) \($0.target)" } == [
                "PUT /latest/api/token", "GET /latest/meta-data/iam/security-credentials/",
                "GET /latest/meta-data/iam/security-credentials/my-role",
            ])
        #expect(server.requests[0].headers["content-length"] == "0")
        #expect(server.requests[0].headers["content-type"] == nil)
    }

    private static func metadata(_ request: ScriptedServer.Request, _ document: String) -> [UInt8] {
        let base = "/latest/meta-data/iam/security-credentials/"
        if request.method == "PUT", request.target == "/latest/api/token",
            request.headers["x-aws-ec2-metadata-token-ttl-seconds"] == "21600"
        {
            return ScriptedServer.answer("TOKEN==")
        }
        guard request.headers["x-aws-ec2-metadata-token"] == "TOKEN==", request.method == "GET" else {
            return ScriptedServer.answer("", status: 401)
        }
        switch request.target {
        case base: return ScriptedServer.answer("my-role\n")
        case base + "my-role": return ScriptedServer.answer(document)
        default: return ScriptedServer.answer("", status: 404)
        }
    }

    @Test func `nothing found anywhere asks as nobody, and a refusal lists the places`() async throws {
        let open = try S3Bucket(on: await .shared(), isPublic: true)
        try open.put("a", "x", isPublic: true)
        let server = try ScriptedServer { request, _ in
            ScriptedServer.answer(request.method == "PUT" ? "T" : "", status: request.method == "PUT" ? 200 : 404)
        }
        let environment = [
            "AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url,
            "HOME": "/nonexistent",
        ]
        #expect(try await S3Setup(open.url, environment: environment).list() == ["a"])

        let closed = try S3Bucket(on: await .shared())
        let error = try #require(await S3Setup(closed.url, environment: environment).failure())
        #expect(error.cause == .credentials)
        for place in [
            "AWS_ACCESS_KEY_ID in the environment", "profile \"default\" of /nonexistent/.aws/config",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI", "instance metadata knows no role",
        ] {
            #expect(error.reason.contains(place))
        }
        var silent = environment
        silent["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1"
        #expect(
            await S3Setup(closed.url, environment: silent).failure()?.reason.contains(
                "instance metadata does not answer at http://127.0.0.1:1/") == true)
        // Once looked, it is not looked again for each source.
        #expect(server.requests.count == 2)

        var nobody = S3Setup(open.url, ["anonymous": "true"], environment: environment)
        #expect(try await nobody.list() == ["a"])
        nobody.environment["AWS_ACCESS_KEY_ID"] = "AKNOBODY"
        #expect(try await nobody.list() == ["a"])
        #expect(server.requests.count == 2)
    }

    @Test(arguments: [
        (["aws_access_key_id": "a"], "not complete"),
        (["aws_session_token": "a"], "not complete"),
        (["anonymous": "true", "role_arn": "a"], "\"role_arn\""),
        (["aws_access_key_id": "a", "aws_secret_access_key": "b", "aws_profile": "p"], "both"),
        (["role_external_id": "x"], "no role"),
        (["sts_endpoint": "sts.example.com:x/"], "sts_endpoint"),
    ])
    func `settings that do not fit each other are refused`(parameters: [String: String], hint: String) throws {
        let error = try #require(throws: BackendError.self) { try S3Setup("s3://bucket", parameters).backend }
        #expect(error.cause == .settings)
        #expect(error.reason.contains(hint))
    }
}
