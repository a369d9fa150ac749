import Backends
import Fixtures
import Foundation
import Model
import Synchronization
import Testing

@Suite struct SSHStepTests {
    /// What is broken, the step at which that shows, and its cause.
    enum Broken: String, CaseIterable, CustomTestStringConvertible {
        case noSuchHost, nobodyListens, notSSH, unknownHostKey, changedHostKey, keyRefused, wrongPassphrase
        case noRepository, noSuchRef, jumpUnknown, jumpDoesNotReach

        var testDescription: String { rawValue }

        var expected: (ConnectionStep.Name, BackendError.Cause) {
            switch self {
            case .noSuchHost: (.resolve, .connection)
            case .nobodyListens: (.connect, .connection)
            case .notSSH: (.hostKey, .timeout)
            case .unknownHostKey, .changedHostKey: (.hostKey, .hostKey)
            case .keyRefused, .wrongPassphrase: (.credentials, .credentials)
            case .noRepository: (.repository, .notFound)
            case .noSuchRef: (.ref, .notFound)
            case .jumpUnknown: (.proxy, .hostKey)
            case .jumpDoesNotReach: (.proxy, .proxy)
            }
        }

        var steps: [ConnectionStep.Name] {
            let way: [ConnectionStep.Name] = [.resolve, .connect, .hostKey, .credentials, .repository, .ref]
            return switch expected.0 {
            case .proxy: [.resolve, .connect, .proxy]
            case let last: Array(way.prefix { $0 != last }) + [last]
            }
        }
    }

    private func steps(_ backend: any Backend) async -> [ConnectionStep] {
        let steps = Mutex<[ConnectionStep]>([])
        await backend.test(FileSelection()) { step in steps.withLock { $0.append(step) } }
        return steps.withLock { $0 }
    }

    @Test(arguments: Broken.allCases)
    func `a test of the connection stops at the step that is broken`(_ broken: Broken) async throws {
        let key = try SSHKeyPair(passphrase: broken == .wrongPassphrase ? "right" : "")
        let fixture = try SSHFixture(key: key)
        _ = try fixture.server.repository { commit("a", "1") }
        let jump = [.jumpUnknown, .jumpDoesNotReach].contains(broken) ? try SSHServer() : nil
        try jump?.authorize(key)
        let web = broken == .notSSH ? try WebServer(folder: TemporaryFolder()) : nil
        var url = fixture.server.url()
        var parameters = fixture.trusted
        switch broken {
        case .noSuchHost: url = "ssh://git@no.such.invalid/x.git"
        case .nobodyListens: url = "ssh://git@127.0.0.1:\(try FreePort().number)/x.git"
        case .notSSH:
            parameters["connect_timeout"] = "2s"
            url = "ssh://git@127.0.0.1:\(web?.port.number ?? 0)/x.git"
        case .unknownHostKey: parameters["ssh_host_keys"] = nil
        case .changedHostKey: parameters["ssh_host_keys"] = key.publicText
        case .keyRefused: parameters["ssh_key"] = try SSHKeyPair().privateText
        case .wrongPassphrase: parameters["ssh_key_passphrase"] = "wrong"
        case .noRepository: url = fixture.server.url("absent")
        case .noSuchRef: parameters["branch"] = "absent"
        case .jumpUnknown: break
        case .jumpDoesNotReach: url = "ssh://git@127.0.0.1:\(try FreePort().number)/x.git"
        }
        if let jump {
            parameters["ssh_proxy_jump"] = "\(SSHServer.user)@127.0.0.1:\(jump.port.number)"
            if broken == .jumpDoesNotReach {
                parameters["ssh_host_keys"] = "[127.0.0.1]:\(jump.port.number) \(jump.hostKey())"
            }
        }
        let found = await steps(try fixture.backend(url, parameters))
        #expect(found.map(\.name) == broken.steps)
        #expect(found.dropLast().allSatisfy { !$0.hasFailed })
        guard case .failure(let error) = found.last?.outcome else {
            Issue.record("nothing failed")
            return
        }
        #expect(error.cause == broken.expected.1, "\(error)")
        #expect(error.advice != nil, "\(error)")
    }

    @Test func `a test of a whole way reports every step, with what was found`() async throws {
        let fixture = try SSHFixture()
        let jump = try SSHServer()
        try jump.authorize(fixture.key)
        let repository = try fixture.server.repository { commit(["a": "1", "b": "2"]) }
        var parameters = fixture.trusted
        let plain = await steps(try fixture.backend(nil, parameters))
        #expect(plain.map(\.name) == [.resolve, .connect, .hostKey, .credentials, .repository, .ref, .listing])
        #expect(!plain.contains { $0.hasFailed })
        #expect(plain.allSatisfy { $0.duration >= .zero })
        let said = plain.map { (try? $0.outcome.get()) ?? "" }
        #expect(said[0] == "127.0.0.1")
        #expect(said[2] == "ssh-ed25519 \(try fixture.server.fingerprint())")
        #expect(said[3] == "logged in as \(SSHServer.user)")
        #expect(said[4] == "git speaks version 2 of its protocol")
        #expect(said[5] == "commit \(try repository.head.prefix(12))")
        #expect(said[6] == "2 files on the first page")
        #expect(fixture.server.logins == 1)
        parameters["ssh_proxy_jump"] = "\(SSHServer.user)@127.0.0.1:\(jump.port.number)"
        parameters["ssh_host_keys"]? += "\n[127.0.0.1]:\(jump.port.number) \(jump.hostKey())"
        let jumped = await steps(try fixture.backend(nil, parameters))
        #expect(
            jumped.map(\.name) == [.resolve, .connect, .proxy, .hostKey, .credentials, .repository, .ref, .listing])
        #expect(!jumped.contains { $0.hasFailed })
    }
}
