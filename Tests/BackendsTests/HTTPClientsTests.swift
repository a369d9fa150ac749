import Testing

@testable import Backends

@Suite struct HTTPClientsTests {
    private let clients = HTTPClients()
    private let origin = HTTPURL(scheme: "https", host: "git.example").origin

    @Test func `who connects to one server in the same way shares a client`() {
        let first = clients.client(for: origin, HTTPSettings())
        #expect(clients.client(for: origin, HTTPSettings()) === first)
    }

    @Test func `another server, another proxy or another trust is another client`() throws {
        let first = clients.client(for: origin, HTTPSettings())
        #expect(clients.client(for: HTTPURL(scheme: "http", host: "git.example").origin, HTTPSettings()) !== first)
        var trusting = HTTPSettings()
        trusting.tls.extraAuthorities = "-----BEGIN CERTIFICATE-----"
        #expect(clients.client(for: origin, trusting) !== first)
        var proxied = HTTPSettings()
        proxied.proxy = ProxyChoice(try HTTPProxy("http://proxy.example:3128"), except: ProxyExemptions([]))
        let second = clients.client(for: origin, proxied)
        #expect(second !== first)
        #expect(clients.client(for: origin, proxied) === second)
    }

    @Test func `sources at one endpoint share connections, and another patience is another client`() throws {
        func client(_ url: String, _ parameters: [String: String] = [:]) throws -> HTTPClient? {
            let all = ["anonymous": "true"].merging(parameters) { $1 }
            return (try S3Setup(url, all).backend as? S3Backend)?.client
        }
        let first = try #require(try client("https://s3.example/one"))
        #expect(try client("https://s3.example/two/folder") === first)
        #expect(try client("https://s3.example/one", ["connect_timeout": "1s"]) !== first)
        #expect(try client("https://other.example/one") !== first)
    }

    @Test func `a client ends with the last who uses it`() {
        weak var ended: HTTPClient?
        do {
            let client = clients.client(for: origin, HTTPSettings())
            ended = client
            #expect(clients.client(for: origin, HTTPSettings()) === client)
        }
        #expect(ended == nil)
    }
}
