import Backends
import Fixtures
import Synchronization
import Testing

@Suite struct HTTPClientTests {
    let fixture: HTTPFixture
    let client: HTTPClient

    init() throws {
        fixture = try HTTPFixture()
        var settings = HTTPSettings()
        settings.proxy = .none
        settings.stallLimit = .seconds(1)
        settings.parallelTransfers = 4
        client = HTTPClient(settings)
    }

    private func text(_ request: HTTPRequest) async throws -> String {
        String(decoding: try await client.load(request, limit: 1 << 20).body, as: UTF8.self)
    }

    @Test func `a body arrives whole and in order`() async throws {
        let count = Mutex(0)
        let response = try await client.send(HTTPRequest(.get, fixture.url("large", "3000000"))) { piece in
            count.withLock { $0 += piece.count }
        }
        #expect(response.status == 200)
        #expect(count.withLock { $0 } == 3_000_000)
        #expect(response.bodySizeInBytes == 3_000_000)
    }

    @Test func `many requests at once all get their own answer`() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try await text(HTTPRequest(.get, fixture.url("echo", "n\(number)"))).contains("=n\(number)\n")
                }
            }
            for try await isOwn in group { #expect(isOwn) }
        }
    }

    @Test func `a request on a new connection leaves those alone that are there`() async throws {
        let proxy = try FaultyProxy(to: fixture.server.port.number)
        try fixture.server.folder.write("www/plain", "text")
        let url = try HTTPURL.parse(proxy.url + "/plain").url
        for _ in 0..<2 { #expect(try await text(HTTPRequest(.get, url)) == "text") }
        #expect(proxy.connectionCount == 1)
        var request = HTTPRequest(.get, url)
        request.isOnNewConnection = true
        #expect(try await text(request) == "text")
        #expect(proxy.connectionCount == 2)
        #expect(try await text(HTTPRequest(.get, url)) == "text")
        #expect(proxy.connectionCount == 2)
    }

    @Test func `a host that does not resolve is said to be so, each time`() async throws {
        let url = try HTTPURL.parse("http://nohost.invalid/x").url
        for _ in 0..<3 {
            await #expect {
                try await client.load(HTTPRequest(.get, url), limit: 1)
            } throws: {
                ($0 as? HTTPError)?.kind == .cannotResolve
            }
        }
        #expect(try await text(HTTPRequest(.get, fixture.url("echo", "after"))).contains("=after"))
    }

    @Test func `a POST carries its body and headers`() async throws {
        let request = HTTPRequest(
            .post, fixture.url("echo"), headers: ["X-Probe": "seven"], body: Array("payload".utf8))
        let echo = try await text(request)
        #expect(echo.contains("HTTP_X_PROBE=seven"))
        #expect(echo.hasSuffix("payload"))
        #expect(try await text(HTTPRequest(.post, fixture.url("echo"))).contains("CONTENT_LENGTH=0"))
    }

    @Test func `a credential goes along with a redirect within its origin`() async throws {
        let secret = HTTPCredential.basic(user: "ada", password: "secret")
        let request = HTTPRequest(
            .get, fixture.url("redirect", "302,/echo.cgi"), credential: secret, redirects: .followed(atMost: 3))
        #expect(try await text(request).contains("HTTP_AUTHORIZATION=Basic"))
    }

    @Test(arguments: [HTTPCredential.basic(user: "ada", password: "secret"), .bearer("secret")])
    func `a redirect to another origin carries neither credential nor unknown headers`(
        _ credential: HTTPCredential
    ) async throws {
        let other = fixture.url("echo", host: "localhost").text
        let request = HTTPRequest(
            .get, fixture.url("redirect", "302,\(other)"), headers: ["X-Secret": "s", "Accept": "a/b"],
            credential: credential, redirects: .followed(atMost: 3))
        let (response, body) = try await client.load(request, limit: 1 << 20)
        let echo = String(decoding: body, as: UTF8.self)
        #expect(response.url.host == "localhost")
        #expect(!echo.contains("HTTP_AUTHORIZATION"))
        #expect(!echo.contains("HTTP_X_SECRET"))
        #expect(echo.contains("HTTP_ACCEPT=a/b"))
    }

    @Test func `a redirect without end is given up`() async throws {
        let request = HTTPRequest(
            .get, fixture.url("redirect", "302,/redirect.cgi?302,/redirect.cgi"), redirects: .followed(atMost: 1))
        await #expect { try await client.load(request, limit: 10) } throws: {
            ($0 as? HTTPError)?.kind == .tooManyRedirects
        }
    }

    @Test func `a redirected POST is handed back`() async throws {
        let request = HTTPRequest(.post, fixture.url("redirect", "307,/echo.cgi"), redirects: .followed(atMost: 3))
        #expect(try await client.load(request, limit: 10).response.status == 307)
    }

    @Test func `a refusal keeps its body away from the receiver and names the pause`() async throws {
        let response = try await client.send(HTTPRequest(.get, fixture.url("status", "503"))) { _ in
            Issue.record("the receiver got a refusal")
        }
        #expect(response.status == 503)
        #expect(String(decoding: response.refusal, as: UTF8.self) == "no, because")
        #expect(response.retry == .slower(after: .seconds(7)))
    }

    @Test func `a body over the limit is an error`() async throws {
        await #expect { try await client.load(HTTPRequest(.get, fixture.url("large", "1000")), limit: 999) } throws: {
            ($0 as? HTTPError)?.kind == .tooLarge
        }
        #expect(
            try await client.load(HTTPRequest(.get, fixture.url("large", "1000")), limit: 1_000).body.count == 1_000)
    }

    @Test(arguments: [("truncated", HTTPError.Kind.truncated), ("stalled", .stalled)])
    func `a body that ends early is an error worth a retry`(_ script: String, _ kind: HTTPError.Kind) async throws {
        await #expect { try await client.load(HTTPRequest(.get, fixture.url(script)), limit: 1_000) } throws: {
            let error = $0 as? HTTPError
            return error?.kind == kind && error?.retry == .soon && error?.url.hasSuffix("/\(script).cgi") == true
        }
    }

    @Test func `nobody listening is a refused connection`() async throws {
        let url = HTTPURL(scheme: "http", host: "127.0.0.1", port: try FreePort().number)
        await #expect { try await client.load(HTTPRequest(.get, url), limit: 1) } throws: {
            ($0 as? HTTPError)?.kind == .cannotConnect
        }
    }

    @Test func `an error of the receiver ends the transfer and comes back`() async throws {
        struct Enough: Error {}
        await #expect {
            try await client.send(HTTPRequest(.get, fixture.url("large", "100000000"))) { _ in throw Enough() }
        } throws: {
            ($0 as? HTTPError)?.cause is Enough
        }
    }

    @Test(.timeLimit(.minutes(1))) func `cancelling the task ends a transfer that stands still`() async throws {
        var settings = HTTPSettings()
        settings.proxy = .none
        let client = HTTPClient(settings)
        let request = HTTPRequest(.get, fixture.url("stalled"))
        let begun = AsyncStream<Void>.makeStream()
        let task = Task { try await client.send(request) { _ in begun.continuation.yield() } }
        for await _ in begun.stream { break }
        task.cancel()
        await #expect { try await task.value } throws: { ($0 as? HTTPError)?.kind == .cancelled }
    }

    @Test func `a header with a line break is refused`() async throws {
        let request = HTTPRequest(.get, fixture.url("echo"), headers: ["X-A": "b\r\nX-C: d"])
        await #expect { try await client.load(request, limit: 1) } throws: {
            ($0 as? HTTPError)?.kind == .badRequest
        }
    }
}
