import Backends
import Fixtures
import Foundation
import Model
import Testing

@Suite struct SSHHostKeyTests {
    private func serving(hostKeys: [String] = ["ed25519"]) throws -> SSHFixture {
        let fixture = try SSHFixture(hostKeys: hostKeys)
        _ = try fixture.server.repository { commit("a", "1") }
        return fixture
    }

    @Test(arguments: ["ed25519", "ecdsa", "rsa"])
    func `a pinned key of any kind opens the way, alone and beside others`(_ kind: String) async throws {
        let fixture = try serving(hostKeys: ["ed25519", "ecdsa", "rsa"])
        let pin = fixture.server.hostKey(kind)
        let other = try SSHKeyPair(kind).publicText
        for text in [pin, "\(other)\n  \(pin)  \n"] {
            let parameters = ["ssh_key": fixture.key.privateText, "ssh_host_keys": text]
            #expect(try await fixture.replica(nil, parameters).files == ["a": "1"])
        }
    }

    @Test func `known_hosts as text opens the way, and so does the file in the user's home`() async throws {
        let fixture = try serving()
        let key = ["ssh_key": fixture.key.privateText]
        #expect(
            try await fixture.replica(nil, key.merging(["ssh_known_hosts": fixture.server.knownHosts()]) { $1 }).files
                == ["a": "1"])
        let home = try TemporaryFolder()
        try home.write(".ssh/known_hosts", fixture.server.knownHosts())
        #expect(try await fixture.replica(nil, key, environment: ["HOME": home.path]).files == ["a": "1"])
        // Keys of its own shut the user's out.
        let pinned = key.merging(["ssh_host_keys": try SSHKeyPair().publicText]) { $1 }
        #expect(await fixture.error(nil, pinned, environment: ["HOME": home.path])?.cause == .hostKey)
    }

    @Test func `an unknown host key is refused with its fingerprint and the command that accepts it`() async throws {
        let fixture = try serving()
        let error = await fixture.error(nil, ["ssh_key": fixture.key.privateText])
        let fingerprint = try fixture.server.fingerprint()
        #expect(error?.cause == .hostKey)
        #expect(error?.reason.contains("is not known: it presents ssh-ed25519 \(fingerprint)") == true)
        #expect(error?.advice?.contains("`sluice source trust core --fingerprint \(fingerprint)`") == true)
        #expect(error?.retry == .never)
        #expect(fixture.server.logins == 0)
    }

    @Test func `a changed host key is told apart from an unknown one`() async throws {
        let fixture = try serving()
        let old = try SSHKeyPair().publicText
        let oldOfOtherKind = try SSHKeyPair("ecdsa").publicText
        let port = fixture.server.port.number
        for parameters in [
            ["ssh_host_keys": old], ["ssh_host_keys": oldOfOtherKind],
            ["ssh_known_hosts": "[127.0.0.1]:\(port) \(old)"],
        ] {
            let error = await fixture.error(nil, parameters.merging(["ssh_key": fixture.key.privateText]) { $1 })
            #expect(error?.cause == .hostKey)
            #expect(error?.reason.contains("is not the known one") == true, "\(error?.reason ?? "")")
            #expect(error?.reason.contains(try fixture.server.fingerprint()) == true)
            #expect(fixture.server.logins == 0)
        }
    }

    @Test func `a revoked host key is refused whatever else is known`() async throws {
        let fixture = try serving()
        let known = fixture.server.knownHosts() + "@revoked * \(fixture.server.hostKey())\n"
        let error = await fixture.error(nil, ["ssh_key": fixture.key.privateText, "ssh_known_hosts": known])
        #expect(error?.cause == .hostKey)
        #expect(error?.reason.contains("revoked") == true, "\(error?.reason ?? "")")
    }

    @Test func `a server is asked for its keys of every kind, and lets nobody in for that`() async throws {
        let fixture = try serving(hostKeys: ["ed25519", "ecdsa", "rsa"])
        let backend = try #require(try fixture.backend(nil, [:]) as? any HostKeyHolding)
        let keys = try await backend.presentedHostKeys()
        #expect(keys.map(\.type) == ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
        #expect(keys.map(\.host) == [nil, nil, nil])
        #expect(keys.map(\.text) == ["ed25519", "ecdsa", "rsa"].map { fixture.server.hostKey($0).dropComment })
        #expect(try keys.map(\.fingerprint) == ["ed25519", "ecdsa", "rsa"].map { try fixture.server.fingerprint($0) })
        #expect(fixture.server.logins == 0)
    }

    @Test func `a jump host is gone through with the source's key and its own host key`() async throws {
        let fixture = try serving()
        let jump = try SSHServer()
        try jump.authorize(fixture.key)
        let place = "\(SSHServer.user)@127.0.0.1:\(jump.port.number)"
        var parameters = ["ssh_key": fixture.key.privateText, "ssh_proxy_jump": place]
        // Nothing is known: the jump host comes first.
        let first = await fixture.error(nil, parameters)
        #expect(first?.cause == .hostKey)
        #expect(first?.reason.contains("the jump host") == true, "\(first?.reason ?? "")")
        #expect(first?.reason.contains(try jump.fingerprint()) == true)
        let backend = try #require(try fixture.backend(nil, parameters) as? any HostKeyHolding)
        let keys = try await backend.presentedHostKeys()
        #expect(keys.map(\.host) == ["[127.0.0.1]:\(jump.port.number)"])
        // Then the server behind it, which presents another key.
        parameters["ssh_host_keys"] = keys.map(\.text).joined(separator: "\n")
        let second = await fixture.error(nil, parameters)
        #expect(second?.cause == .hostKey)
        #expect(second?.reason.contains("jump host") == false, "\(second?.reason ?? "")")
        #expect(second?.reason.contains(try fixture.server.fingerprint()) == true)
        let behind = try #require(try fixture.backend(nil, parameters) as? any HostKeyHolding)
        let more = try await behind.presentedHostKeys()
        #expect(try more.map(\.fingerprint) == [fixture.server.fingerprint()])
        #expect(more.map(\.host) == [nil])
        parameters["ssh_host_keys"] = (keys + more).map(\.text).joined(separator: "\n")
        #expect(try await fixture.replica(nil, parameters).files == ["a": "1"])
        #expect(jump.logins > 0)
        #expect(fixture.server.logins == 1)
    }
}

extension String {
    fileprivate var dropComment: String { split(separator: " ").prefix(2).joined(separator: " ") }
}
