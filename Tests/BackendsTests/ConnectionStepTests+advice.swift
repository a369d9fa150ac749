import Backends
import Fixtures
import Model
import Testing

/// What only shows once somebody answers: the wrong way to speak to it, a server in need, and what a repository refers
/// to elsewhere.
extension ConnectionStepTests {
    private static func scripted(_ status: Int, _ headers: [String] = []) throws -> Remote {
        let server = try ScriptedServer { _, _ in ScriptedServer.answer("oops", status: status, headers: headers) }
        return Remote(url: server.url + "/core.git", servers: [server])
    }

    private static func submodule(_ url: String, _ parameters: [String: String] = [:]) throws -> Remote {
        let server = try GitServer()
        let repository = try server.repository { commit("a", "1") }
        let other = try GitRepository(at: TemporaryFolder().path) { commit("b", "2") }
        try repository.addModule("sub", url, of: other)
        return Remote(
            url: server.url(), parameters: ["submodules": "true"].merging(parameters) { $1 }, servers: [server])
    }

    static let adviceRows = [
        Row("plain http at nginx's TLS port", .tls, .encryption, "speaks TLS at this port", "https://") {
            let server = try GitServer()
            let authority = try CertificateAuthority()
            let front = try await NginxFront(
                to: server.web.port, showing: authority.issue(), demanding: authority)
            return Remote(url: "http://localhost:\(front.port.number)/core.git", servers: [server, front])
        },
        Row("plain http at a bucket's TLS port", .tls, .encryption, "speaks TLS at this port", "https://") {
            let server = try GitServer()
            let authority = try CertificateAuthority()
            let front = try await NginxFront(
                to: server.web.port, showing: authority.issue(), demanding: authority)
            return Remote(
                type: .amazonS3, url: "http://localhost:\(front.port.number)/bucket", servers: [server, front])
        },
        Row("plain http at stunnel's TLS port", .repository, .connection, "broke", "https://") {
            var remote = try await secureGit()
            remote.url = remote.url.replacing("https://", with: "http://")
            return remote
        },
        Row("redirects without end", .repository, .malformed, "redirects without end", "should lead") {
            let server = try ScriptedServer { request, _ in
                ScriptedServer.answer("", status: 302, headers: ["Location: \(request.target)"])
            }
            return Remote(url: server.url + "/core.git", servers: [server])
        },
        Row("a server with a fault", .repository, .unavailable, "answered 500", "whoever runs the server") {
            try scripted(500)
        },
        Row("a server that is asked too much", .repository, .unavailable, "answered 429", "the 30 s are over") {
            try scripted(429, ["Retry-After: 30"])
        },
        Row("an answer that git does not know", .repository, .malformed, "answered 418", "URL") { try scripted(418) },
        Row("a bucket that is asked too much", .bucket, .unavailable, "503 SlowDown", "less often") {
            let server = try ScriptedServer { _, _ in
                ScriptedServer.answer("<Error><Code>SlowDown</Code></Error>", status: 503)
            }
            return Remote(type: .amazonS3, url: server.url + "/bucket", servers: [server])
        },
        Row(
            "a repository that git daemon does not export", .repository, .notFound, "no such repository", "--export-all"
        ) {
            let daemon = try GitDaemon()
            return Remote(url: daemon.url("absent"), servers: [daemon])
        },
        Row("no LFS server", .largeFiles, .notFound, "no LFS server", "`lfs_url`") {
            let server = try ScriptedServer { _, _ in ScriptedServer.answer("absent", status: 404) }
            var remote = try plainGit()
            remote.parameters = ["lfs": "true", "lfs_url": server.url]
            remote.servers.append(server)
            return remote
        },
        Row("a submodule on a host that is not allowed", .submodules, .notFound, "\"localhost\"", "ignore rule") {
            try submodule("http://localhost:9/lib.git")
        },
        Row("a submodule on a host where nobody listens", .submodules, .connection, "\"sub\"", "port") {
            try submodule(
                "http://localhost:\(try FreePort().number)/lib.git", ["submodule_hosts": "localhost"])
        },
    ]

    @Test func `large files and submodules that are there are steps that pass`() async throws {
        let modules = try SubmoduleFixture()
        let library = try modules.server.repository("lib") { commit("b", "2") }
        let file = LargeFile("large")
        let repository = try modules.server.repository { commit(["a": "1", "p": file.pointer]) }
        try repository.addModule("sub", "../lib.git", of: library)
        let script = try LargeFileScript { _, _ in
            ["error": ["code": 404, "message": "no such file"]]
        } download: { _, _ in
            ScriptedServer.answer("absent", status: 404)
        }
        let steps = try await Connecting.steps(
            modules.server.url(), ["lfs": "true", "lfs_url": script.url, "submodules": "true"])
        #expect(
            steps.map(\.name)
                == [.resolve, .connect, .credentials, .repository, .ref, .listing, .largeFiles, .submodules])
        #expect(steps.allSatisfy { !$0.hasFailed }, "\(steps)")
    }

    @Test func `host keys that are not safe any more are told as such`() async throws {
        let server = try SSHServer(hostKeys: ["dsa"])
        let key = try SSHKeyPair()
        try server.authorize(key)
        _ = try server.repository { commit("a", "1") }
        let error = try await Connecting.failure(server.url(), ["ssh_key": key.privateText])
        #expect(error?.cause == .encryption && error?.reason.contains("ssh-dss") == true, "\(error as Any)")
        #expect(error?.advice?.contains("ssh-keygen -A") == true)
    }
}
