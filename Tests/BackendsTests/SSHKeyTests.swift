import Backends
import Fixtures
import Foundation
import Model
import Testing

@Suite struct SSHKeyTests {
    struct Form: Sendable, CustomTestStringConvertible {
        let kind: String
        var passphrase = ""
        var options: [String] = []
        var testDescription: String { "\(kind) \(options) \(passphrase)" }
    }

    @Test(arguments: [
        Form(kind: "ed25519"), Form(kind: "ed25519", passphrase: "p'a$s \"w"), Form(kind: "ecdsa"),
        Form(kind: "ecdsa", options: ["-m", "PEM"]), Form(kind: "rsa"), Form(kind: "rsa", options: ["-m", "PEM"]),
        Form(kind: "rsa", passphrase: "secret", options: ["-m", "PEM"]), Form(kind: "rsa", options: ["-m", "PKCS8"]),
    ])
    func `a key of any form opens the repository`(_ form: Form) async throws {
        let key = try SSHKeyPair(form.kind, passphrase: form.passphrase, options: form.options)
        let fixture = try SSHFixture(key: key)
        _ = try fixture.server.repository { commit("a", "1") }
        var parameters = fixture.trusted
        if !form.passphrase.isEmpty { parameters["ssh_key_passphrase"] = form.passphrase }
        // As a reference to a file gives it: without its last line end.
        parameters["ssh_key"] = key.privateText.trimmingCharacters(in: .newlines)
        #expect(try await fixture.replica(nil, parameters).files == ["a": "1"])
        parameters["ssh_key"] = key.privateText.replacing("\n", with: "\r\n")
        #expect(try await fixture.backend(nil, parameters).currentRevision() != nil)
    }

    @Test func `an agent opens the repository, given or from the environment`() async throws {
        let fixture = try SSHFixture()
        _ = try fixture.server.repository { commit("a", "1") }
        let agent = try SSHAgent([try SSHKeyPair("ecdsa"), fixture.key])
        let keys = ["ssh_host_keys": fixture.server.hostKey()]
        #expect(try await fixture.replica(nil, keys.merging(["ssh_agent": agent.socket]) { $1 }).files == ["a": "1"])
        #expect(
            try await fixture.replica(nil, keys, environment: ["SSH_AUTH_SOCK": agent.socket]).files == ["a": "1"])
    }

    @Test func `an agent that is not there, and one without the right key, are told apart`() async throws {
        let fixture = try SSHFixture()
        _ = try fixture.server.repository { commit("a", "1") }
        let agent = try SSHAgent([try SSHKeyPair()])
        for (socket, part) in [("/nonexistent/agent", "no SSH agent"), (agent.socket, "none of the keys")] {
            let error = await fixture.error(
                nil, ["ssh_agent": socket, "ssh_host_keys": fixture.server.hostKey()])
            #expect(error?.cause == .credentials)
            #expect(error?.reason.contains(part) == true, "\(error?.reason ?? "")")
        }
    }

    @Test func `a key that is given keeps the agent out`() async throws {
        let fixture = try SSHFixture()
        _ = try fixture.server.repository { commit("a", "1") }
        let agent = try SSHAgent([fixture.key])
        let parameters = ["ssh_key": try SSHKeyPair().privateText, "ssh_host_keys": fixture.server.hostKey()]
        let error = await fixture.error(nil, parameters, environment: ["SSH_AUTH_SOCK": agent.socket])
        #expect(error?.cause == .credentials)
    }

    @Test func `what is wrong with a key is told apart`() async throws {
        let key = try SSHKeyPair(passphrase: "right")
        let fixture = try SSHFixture(key: key)
        _ = try fixture.server.repository { commit("a", "1") }
        let stranger = try SSHKeyPair()
        let cases: [(String?, String?, String)] = [
            (nil, nil, "asks for a key"),
            (key.privateText, nil, "protected by a passphrase"),
            (key.privateText, "wrong-secret", "is not the passphrase"),
            (stranger.privateText, nil, "does not accept the key"),
            (Self.cut(stranger.privateText), nil, "cannot read the key"),
        ]
        for (text, passphrase, part) in cases {
            var parameters = ["ssh_host_keys": fixture.server.hostKey()]
            parameters["ssh_key"] = text
            parameters["ssh_key_passphrase"] = passphrase
            let error = await fixture.error(nil, parameters)
            #expect(error?.cause == .credentials, "\(part)")
            #expect(error?.reason.contains(part) == true, "\(part): \(error?.reason ?? "no error")")
            #expect(error?.retry == .never)
            #expect(error?.advice != nil)
            #expect(error?.description.contains("wrong-secret") == false)
            #expect(error?.description.contains("/proc/") == false)
        }
    }

    @Test(arguments: [
        (["ssh_key": "ssh-ed25519 AAAA"], "no private key"), (["ssh_key_passphrase": "x"], "no `ssh_key`"),
        (["password": "planted-secret"], "`password`"), (["ssh_proxy_jump": "-oProxyCommand=x"], "`ssh_proxy_jump`"),
        (["ssh_proxy_jump": "a;b"], "`ssh_proxy_jump`"), (["ssh_host_keys": "planted-secret"], "`ssh_host_keys`"),
        (["username": "-l"], "`username`"), (["proxy": "socks5://127.0.0.1:1"], "`ssh_proxy_jump`"),
        (["ssh_key": "-----BEGIN X PRIVATE KEY-----", "ssh_agent": "/x"], "both"),
    ])
    func `settings that do not fit are refused before anything is sent`(
        _ parameters: [String: String], _ part: String
    ) async throws {
        let error = await backendError {
            _ = try BackendType.git.make(
                BackendConfiguration(
                    url: SourceURL("git@git.example:net.git"), parameters: parameters, cacheFolder: "/nonexistent"))
        }
        #expect(error?.cause == .settings)
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "no error")")
        #expect(error?.description.contains("planted-secret") == false)
    }

    @Test func `nothing that was written, and no process, shows the key or its passphrase`() async throws {
        let key = try SSHKeyPair(passphrase: "planted-passphrase")
        let fixture = try SSHFixture(key: key)
        _ = try fixture.server.repository { commit("a", "1") }
        let snapshot = try await fixture.backend(
            nil, fixture.trusted.merging(["ssh_key_passphrase": "planted-passphrase"]) { $1 }
        ).snapshot(FileSelection())
        let middle = String(key.privateText.split(separator: "\n")[2])
        // The ssh of this snapshot is still there.
        var seen = 0
        for process in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(process) != nil {
            let words = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            let environment = FileManager.default.contents(atPath: "/proc/\(process)/environ") ?? Data()
            if words.range(of: Data(fixture.server.path().utf8)) != nil, words.starts(with: "ssh\0".utf8) { seen += 1 }
            for secret in [middle, "planted-passphrase"] {
                #expect((words + environment).range(of: Data(secret.utf8)) == nil)
            }
        }
        #expect(seen == 1)
        await snapshot.close()
        let names = FileManager.default.enumerator(atPath: fixture.cache.path)?.compactMap { $0 as? String } ?? []
        #expect(!names.isEmpty)
        for name in names {
            let content = FileManager.default.contents(atPath: "\(fixture.cache.path)/\(name)") ?? Data()
            for secret in [middle, "planted-passphrase"] {
                #expect(content.range(of: Data(secret.utf8)) == nil, "\(name)")
            }
        }
    }

    private static func cut(_ text: String) -> String {
        var lines = text.split(separator: "\n")
        lines.remove(at: 2)
        return lines.joined(separator: "\n")
    }
}
