import Foundation
import Testing

@testable import Backends
@testable import Model

@Suite struct HostKeyLineTests {
    private static let content = Data([0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32] + [UInt8](0..<32))
        .base64EncodedString()

    @Test(arguments: ["ssh-gateway", "SSH-Gateway", "[ssh-gateway]:2222"])
    func `a host may be named like a kind of key`(_ host: String) throws {
        let key = try #require(HostKey(line: "\(host) ssh-ed25519 \(Self.content) me@here"))
        #expect(key.host == host.lowercased())
        #expect(HostKey(line: key.text) == key)
    }

    @Test(arguments: ["a\nb", "a\r\nb", "a\tb", "|\u{301}1", "@\u{301}revoked", "\u{212A}ey"])
    func `a host that would be more than one word of known_hosts is none`(_ host: String) {
        #expect(HostKey(line: "\(host) ssh-ed25519 \(Self.content)") == nil)
    }
}
