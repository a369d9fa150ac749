import Backends
import Fixtures
import Foundation
import Model
import Testing

@Suite struct ProxyTests {
    let server: GitServer
    let authority: CertificateAuthority

    init() throws {
        server = try GitServer()
        _ = try server.repository { commit("a", "1") }
        authority = try CertificateAuthority()
    }

    private var port: FreePort { server.web.port }
    private func url(_ host: String = "127.0.0.1") -> String { "http://\(host):\(port.number)/core.git" }
    private func front() async throws -> TLSFront { try await TLSFront(to: port, showing: authority.issue()) }

    @Test func `http and https go through an HTTP proxy`() async throws {
        let proxy = try await ProxyServer(.http)
        let parameters = ["proxy": "http://\(proxy.place)", "tls_ca": authority.certificate]
        #expect(try await Connecting.files(url(), parameters) == ["a": "1"])
        #expect(proxy.wasAsked(for: "127.0.0.1", port))
        let front = try await front()
        #expect(try await Connecting.files(front.url() + "/core.git", parameters) == ["a": "1"])
        #expect(proxy.wasAsked(for: "localhost", front.port), "\(proxy.log)")
    }

    @Test func `an https proxy is trusted like a server`() async throws {
        let proxy = try await ProxyServer(.http, isClosed: true)
        let secure = try await TLSFront(to: proxy.port, showing: authority.issue())
        var parameters = [
            "proxy": secure.url(), "proxy_username": ProxyServer.user, "proxy_password": ProxyServer.password,
            "tls_ca": authority.certificate,
        ]
        let front = try await front()
        let urls = [front.url() + "/core.git", url()]
        for url in urls { #expect(try await Connecting.files(url, parameters) == ["a": "1"]) }
        #expect(proxy.wasAsked(for: "localhost", front.port), "\(proxy.log)")
        parameters["tls_ca"] = nil
        // The remote's check is off; the proxy's is not, for it sees the credentials.
        parameters["tls_verify"] = "false"
        for url in urls {
            let error = try await Connecting.failure(url, parameters)
            #expect(error?.cause == .proxy)
            #expect(error?.reason.contains("no trusted TLS connection to the proxy \(secure.url())") == true)
            #expect(error?.advice?.contains("`tls_ca`") == true)
        }
    }

    @Test(arguments: ["socks5", "socks5h"])
    func `http and https go through a SOCKS proxy, and the last letter says who resolves`(
        _ scheme: String
    ) async throws {
        let proxy = try await ProxyServer(.socks, isClosed: true)
        let parameters = [
            "proxy": "\(scheme)://\(proxy.place)", "tls_ca": authority.certificate,
            "proxy_username": ProxyServer.user, "proxy_password": ProxyServer.password,
        ]
        #expect(try await Connecting.files(url("localhost"), parameters) == ["a": "1"])
        #expect(proxy.wasAsked(for: scheme == "socks5" ? "127.0.0.1" : "localhost", port), "\(proxy.log)")
        let front = try await front()
        #expect(try await Connecting.files(front.url() + "/core.git", parameters) == ["a": "1"])
        #expect(proxy.wasAsked(for: scheme == "socks5" ? "127.0.0.1" : "localhost", front.port), "\(proxy.log)")
    }

    @Test func `a bucket goes through a proxy, plain and encrypted`() async throws {
        let proxy = try await ProxyServer(.http)
        let bucket = try S3Bucket(on: await Radosgw.shared())
        try bucket.put("a", "1")
        var parameters = [
            "aws_access_key_id": bucket.server.accessKey, "aws_secret_access_key": bucket.server.secretKey,
            "proxy": "http://\(proxy.place)",
        ]
        #expect(try await Connecting.files(bucket.url, parameters, type: .amazonS3) == ["a": "1"])
        #expect(proxy.log.contains("/\(bucket.name)"), "\(proxy.log)")
        let port = try #require(URL(string: bucket.server.endpoint)?.port)
        let front = try await TLSFront(to: FreePort(number: port), showing: authority.issue())
        parameters["tls_ca"] = authority.certificate
        let url = "\(front.url())/\(bucket.name)"
        #expect(try await Connecting.files(url, parameters, type: .amazonS3) == ["a": "1"])
        #expect(proxy.wasAsked(for: "localhost", front.port), "\(proxy.log)")
        let steps = try await Connecting.steps(url, parameters, type: .amazonS3)
        #expect(steps.map(\.name) == [.proxy, .tls, .credentials, .bucket, .listing])
    }

    @Test func `a proxy with a lock opens to its credentials alone, and none of them is shown`() async throws {
        let http = try await ProxyServer(.http, isClosed: true)
        let socks = try await ProxyServer(.socks, isClosed: true)
        let front = try await front()
        for place in ["http://\(http.place)", "socks5h://\(socks.place)"] {
            for url in [url(), front.url() + "/core.git"] {
                var parameters = ["proxy": place, "tls_ca": authority.certificate]
                let none = try await Connecting.failure(url, parameters)
                #expect(none?.cause == .proxy)
                #expect(none?.reason.contains("the proxy \(place) asks for credentials") == true, "\(none as Any)")
                parameters["proxy_username"] = ProxyServer.user
                parameters["proxy_password"] = "wr0ng-pass"
                let wrong = try await Connecting.failure(url, parameters)
                #expect(wrong?.description.contains("wr0ng-pass") == false)
                // With a plain request tinyproxy then answers 401, which could as well come from the server.
                if place.hasPrefix("socks") || url.hasPrefix("https") {
                    #expect(wrong?.cause == .proxy)
                    let reason = "the proxy \(place) refused the credentials"
                    #expect(wrong?.reason.contains(reason) == true, "\(wrong as Any)")
                }
                parameters["proxy_password"] = ProxyServer.password
                #expect(try await Connecting.files(url, parameters) == ["a": "1"])
            }
        }
    }

    @Test func `what is for the server never goes to the proxy of an encrypted connection`() async throws {
        let proxy = try ScriptedServer { _, _ in ScriptedServer.answer("", status: 403) }
        let place = proxy.url
        let error = try await Connecting.failure(
            "https://ada:remote-secret@git.invalid/core.git",
            ["proxy": place, "proxy_username": "eve", "proxy_password": "proxy-secret"])
        #expect(error?.cause == .proxy)
        #expect(error?.reason.contains("with status 403") == true, "\(error as Any)")
        let bucket = try await Connecting.failure(
            "https://s3.invalid/bucket",
            ["proxy": place, "aws_access_key_id": "AKPLANTED", "aws_secret_access_key": "s"], type: .amazonS3)
        #expect(bucket?.cause == .proxy)
        #expect(proxy.requests.count == 2)
        for request in proxy.requests {
            #expect(request.method == "CONNECT")
            #expect(request.headers["authorization"] == nil)
            #expect(request.headers["git-protocol"] == nil)
        }
    }

    @Test func `the environment names the proxy unless the source does`() async throws {
        let proxy = try await ProxyServer(.http)
        let broken = "http://127.0.0.1:\(try FreePort().number)"
        let environment = ["http_proxy": "http://ada:env-secret@\(proxy.place)", "https_proxy": broken]
        #expect(try await Connecting.files(url(), environment: environment) == ["a": "1"])
        #expect(proxy.wasAsked(for: "127.0.0.1", port))
        let dead = ["http_proxy": broken]
        let error = try await Connecting.failure(url(), environment: dead)
        #expect(error?.cause == .proxy)
        #expect(error?.reason.contains("nobody accepts connections at the proxy \(broken)") == true, "\(error as Any)")
        #expect(try await Connecting.files(url(), ["proxy": "none"], environment: dead) == ["a": "1"])
        #expect(try await Connecting.files(url(), ["no_proxy": "127.0.0.1"], environment: dead) == ["a": "1"])
        let exempt = dead.merging(["no_proxy": "example.net,127.0.0.0/8"]) { $1 }
        #expect(try await Connecting.files(url(), environment: exempt) == ["a": "1"])
        let both = ["proxy": broken, "no_proxy": "example.net\n127.0.0.1"]
        #expect(try await Connecting.files(url(), both) == ["a": "1"])
        let senseless = try await Connecting.failure(url(), environment: ["http_proxy": "gopher://ada:secret-1@x"])
        #expect(senseless?.cause == .settings)
        #expect(senseless?.reason.contains("http_proxy") == true, "\(senseless as Any)")
        #expect(senseless?.description.contains("secret-1") == false)
    }

    @Test func `a proxy that cannot be is refused before anything is connected`() throws {
        let cache = try TemporaryFolder()
        for (parameters, hint) in [
            (["proxy": "http://ada:secret-1@proxy:3128"], "`proxy_username` and `proxy_password`"),
            (["proxy": "ftp://proxy"], "http://HOST:PORT"), (["proxy": "http://proxy:x"], "http://HOST:PORT"),
            (["proxy": "http://proxy/path"], "http://HOST:PORT"), (["proxy_username": "ada"], "`proxy`"),
            (["proxy": "none", "proxy_password": "secret-1"], "`proxy`"),
        ] {
            let error = #expect(throws: BackendError.self) {
                try Connecting.backend("https://x/y.git", parameters, cache: cache)
            }
            #expect(error?.cause == .settings)
            #expect(error?.advice?.contains(hint) == true, "\(error as Any)")
            #expect(error?.description.contains("secret-1") == false)
        }
    }
}

@Suite struct ProxyChoiceTests {
    @Test(
        arguments: [
            (["http_proxy": "a:1", "https_proxy": "b:2"], "http://a:1", "http://b:2"),
            (["HTTP_PROXY": "a:1", "HTTPS_PROXY": "b:2"], nil, "http://b:2"),
            (["all_proxy": "socks5h://c"], "socks5h://c:1080", "socks5h://c:1080"),
            (["ALL_PROXY": "https://c", "http_proxy": ""], "https://c:443", "https://c:443"),
            (["ALL_PROXY": "c:1", "all_proxy": "d:1", "https_proxy": "http://e"], "http://d:1", "http://e:1080"),
            ([:], nil, nil),
            (["all_proxy": "c:1", "no_proxy": "example.net"], nil, nil),
            (["all_proxy": "c:1", "NO_PROXY": "other.org, *"], nil, nil),
            (["all_proxy": "c:1", "no_proxy": "other.org", "NO_PROXY": "*"], "http://c:1", "http://c:1"),
        ] as [([String: String], String?, String?)])
    func `the environment is read as libcurl reads it`(
        _ environment: [String: String], _ plain: String?, _ secure: String?
    ) throws {
        let choice = ProxyChoice(environment: environment)
        #expect(try choice.proxy(for: HTTPURL(scheme: "http", host: "git.example.net"))?.shown == plain)
        #expect(try choice.proxy(for: HTTPURL(scheme: "https", host: "git.example.net"))?.shown == secure)
    }

    @Test(arguments: [
        ("example.net", "example.net", true), ("example.net", "git.example.net", true),
        (".example.net", "git.example.net", true), (".example.net", "example.net", true),
        ("example.net", "notexample.net", false), ("EXAMPLE.net", "git.Example.NET", true),
        ("example.net.", "example.net", true), ("example.net", "example.net.", true), ("*", "anything", true),
        ("*", "10.0.0.1", true), ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "110.0.0.1", false),
        ("0.0.1", "10.0.0.1", false), ("10.0.0.0/8", "10.200.3.4", true), ("10.0.0.0/8", "11.0.0.1", false),
        ("10.0.0.128/25", "10.0.0.127", false), ("10.0.0.128/25", "10.0.0.200", true), ("0.0.0.0/0", "1.2.3.4", true),
        ("10.0.0.0/33", "10.0.0.0", false), ("10.0.0.0/x", "10.0.0.0", false), ("::1", "[::1]", true),
        ("[::1]", "[::1]", true), ("fd00::/8", "[fd12::1]", true), ("fd00::/8", "[fe80::1]", false),
        ("*.example.net", "git.example.net", true), ("*.example.net", "notexample.net", false),
        ("10.0.0.0/8", "[::1]", false), ("10.0.0.0/8", "ten.example", false), ("", "x", false), (".", "x", false),
    ])
    func `an exemption holds for`(_ entry: String, _ host: String, _ isExempt: Bool) {
        #expect(ProxyExemptions([entry]).contains(host) == isExempt)
    }

    @Test(arguments: [
        ("example.net", true), (".example.net", true), ("*.example.net", true), ("host_1", true),
        ("bücher.example", true),
        ("*", true), ("10.0.0.1", true), ("10.0.0.0/8", true), ("[::1]", true), ("fd00::/8", true), ("", false),
        (".", false), ("10.0.0.0/99", false), ("10.0.0.0/x", false), ("10.0.0", false), ("192.168.", false),
        ("300.1.1.1", false), ("example.net:80", false), ("http://example.net", false), ("a..b", false),
        ("example.net/8", false), ("*a", false), ("u@h", false),
    ])
    func `an entry that no host can match is known as such`(_ entry: String, _ isSensible: Bool) {
        #expect(ProxyExemptions.canMatch(entry) == isSensible)
    }
}
