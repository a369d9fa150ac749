import Fixtures
import Foundation
import Model
import Testing

/// A git server over SSH as a person meets it for the first time.
@Suite struct TrustTests {
    private let server: SSHServer
    private let key: SSHKeyPair
    private let program: Program

    init() throws {
        server = try SSHServer(hostKeys: ["ed25519", "ecdsa"])
        key = try SSHKeyPair()
        try server.authorize(key)
        _ = try server.repository { commit("a.yaml", "x: 1") }
        program = try Program(environment: ["SSH_AUTH_SOCK": ""])
        // No known_hosts of whoever runs this.
        try program.folder.folder("home")
    }

    private func sluice(_ arguments: String...) throws -> Program.Result {
        let run = try program.start(arguments, environment: ["HOME": program.folder.path(of: "home")])
        run.process.waitUntilExit()
        return Program.Result(
            status: run.process.terminationStatus, output: run.scratch.read("output"), talk: run.scratch.read("talk"))
    }

    private func add() throws {
        let result = try sluice(
            "source", "add", "core", "--type", "git", "--url", server.url(), "--set", "ssh_key=file:\(key.path)")
        #expect(result.status == 0, "\(result.talk)")
    }

    @Test func `the command that a refusal advises lets the next sync through`() throws {
        try add()
        let refused = try sluice("sync", "core")
        #expect(refused.status == 3 || refused.status == 1)
        let words = try #require(refused.talk.split(separator: "`").first { $0.hasPrefix("sluice source trust") })
        let arguments = words.split(separator: " ").map(String.init)
        #expect(arguments == ["sluice", "source", "trust", "core", "--fingerprint", try server.fingerprint()])
        let trusted = try sluice("source", "trust", "core", "--fingerprint", server.fingerprint())
        #expect(trusted.status == 0, "\(trusted.talk)")
        #expect(trusted.output.contains(try server.fingerprint("ecdsa")))
        let synced = try sluice("sync", "core")
        #expect(synced.status == 0, "\(synced.talk)")
        #expect(try sluice("file", "cat", "core", "a.yaml").output == "x: 1")
        #expect(try sluice("source", "trust", "core", "--fingerprint", server.fingerprint()).talk.contains("already"))
        let audit = try sluice("audit", "--format", "json").output
        #expect(audit.contains("ssh_host_keys; trusts ssh-ed25519 \(try server.fingerprint())"))
    }

    @Test(arguments: [
        "SHA256:AAAA", "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48", "162727aca576282d36631b564debdfa6",
        "sha256:" + String(repeating: "A", count: 43),
    ])
    func `a fingerprint in another form is refused before the server is asked`(_ fingerprint: String) throws {
        try add()
        let refused = try sluice("source", "trust", "core", "--fingerprint", fingerprint)
        #expect(refused.status == 2)
        #expect(refused.talk.contains("SHA256: and 43 characters") && refused.talk.contains("ssh-keygen -lf"))
        #expect(refused.output.isEmpty)
    }

    @Test func `a fingerprint that is not presented changes nothing`() throws {
        try add()
        let other = try sluice(
            "source", "trust", "core", "--fingerprint", "SHA256:" + String(repeating: "A", count: 43))
        #expect(other.status == 1)
        #expect(other.talk.contains("nothing was changed"))
        let nobody = try sluice("source", "trust", "core")
        #expect(nobody.status == 2)
        #expect(nobody.talk.contains("--fingerprint"))
        #expect(try sluice("sync", "core").talk.contains("is not known"))
    }

    @Test func `a key that changed is replaced, and the old one named`() throws {
        try add()
        let old = try SSHKeyPair()
        try sluice("source", "edit", "core", "--set", "ssh_host_keys=\(old.publicText)").expectDone()
        #expect(try sluice("sync", "core").talk.contains("is not the known one"))
        let result = try sluice("source", "trust", "core", "--yes")
        #expect(result.status == 0)
        #expect(result.talk.contains("no longer trusted: ssh-ed25519 SHA256:"))
        #expect(try sluice("sync", "core").status == 0)
    }

    @Test func `whoever may not change the source may not trust its server`() throws {
        try add()
        try sluice("user", "add", "eve").expectDone()
        let refused = try sluice("source", "trust", "core", "--yes", "--as", "eve")
        #expect(refused.status == 4, "\(refused.talk)")
        #expect(!refused.output.contains("SHA256"))
    }

    @Test func `kill -9 leaves the key nowhere and no ssh behind`() async throws {
        let program = try Program()
        let server = try SSHServer(command: "exec cat > /dev/null")
        let key = try SSHKeyPair(passphrase: "planted-passphrase")
        try server.authorize(key)
        let temporary = try program.folder.folder("tmp")
        let middle = String(key.privateText.split(separator: "\n")[2])
        let environment = [
            "TMPDIR": temporary, "KEY": key.privateText, "PASSPHRASE": "planted-passphrase", "PIN": server.hostKey(),
        ]
        let added = try program.sluice(
            "source", "add", "core", "--type", "git", "--url", server.url(), "--set", "ssh_key=env:KEY", "--set",
            "ssh_key_passphrase=env:PASSPHRASE", "--set", "ssh_host_keys=env:PIN", environment: environment)
        #expect(added.status == 0, "\(added.talk)")
        let run = try program.start(["sync", "core"], environment: environment)
        let end = ContinuousClock.now + .seconds(30)
        while server.logins == 0, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(5)) }
        #expect(server.logins == 1)
        kill(run.process.processIdentifier, SIGKILL)
        run.process.waitUntilExit()
        while try !Self.processes(to: server).isEmpty, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try Self.processes(to: server).isEmpty)
        let names = try FileManager.default.subpathsOfDirectory(atPath: program.folder.path)
        #expect(names.contains { $0.hasPrefix("store/") })
        for name in names {
            let content = FileManager.default.contents(atPath: program.folder.path(of: name)) ?? Data()
            for secret in [middle, "planted-passphrase"] {
                #expect(content.range(of: Data(secret.utf8)) == nil, "\(name)")
            }
        }
    }

    private static func processes(to server: SSHServer) throws -> [String] {
        let port = Data(String(server.port.number).utf8)
        return try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { process in
            let words = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            return words.starts(with: "ssh\0".utf8) && words.range(of: port) != nil
        }
    }
}

extension Program.Result {
    fileprivate func expectDone() { #expect(status == 0, "\(talk)") }
}
