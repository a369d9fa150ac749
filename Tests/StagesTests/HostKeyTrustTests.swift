import Model
import Stages
import Testing

/// What trusting a server's keys does to the setting that pins them.
@Suite struct HostKeyTrustTests {
    private static func key(_ host: String?, _ content: String) -> HostKey {
        HostKey(host: host, type: "ssh-ed25519", content: content, fingerprint: "SHA256:\(content)")
    }

    private static func pinned(_ trust: HostKeyTrust?, in text: String) -> String? {
        var settings = DataSourceSettings(name: Bench.core, type: "git", sourceURL: SourceURL("ssh://git.example/x"))
        settings.parameters[HostKeyTrust.setting] = .literal(text)
        guard case .literal(let pinned)? = trust?.pinning(in: settings)?.parameters[HostKeyTrust.setting] else {
            return nil
        }
        return pinned
    }

    @Test func `a key that is replaced goes for its host alone`() {
        let text = """
            [jump.example]:22 ssh-ed25519 AAAAold
            ssh-ed25519 AAAAold of the server
            ssh-ed25519 AAAAother
              [Jump.Example]:2222 ssh-ed25519 AAAAold
            """
        let server = HostKeyTrust(
            presented: [Self.key(nil, "AAAAnew")], pinned: [Self.key(nil, "AAAAold")], fingerprint: nil)
        #expect(
            Self.pinned(server, in: text) == """
                [jump.example]:22 ssh-ed25519 AAAAold
                ssh-ed25519 AAAAother
                  [Jump.Example]:2222 ssh-ed25519 AAAAold
                ssh-ed25519 AAAAnew
                """)
        let jump = "[jump.example]:2222"
        let jumpHost = HostKeyTrust(
            presented: [Self.key(jump, "AAAAnew")], pinned: [Self.key(jump, "AAAAold")], fingerprint: nil)
        #expect(
            Self.pinned(jumpHost, in: text) == """
                [jump.example]:22 ssh-ed25519 AAAAold
                ssh-ed25519 AAAAold of the server
                ssh-ed25519 AAAAother
                [jump.example]:2222 ssh-ed25519 AAAAnew
                """)
    }

    @Test func `a key of which another one begins like it stays`() {
        let trust = HostKeyTrust(
            presented: [Self.key(nil, "AAAAnew")], pinned: [Self.key(nil, "AAAAold")], fingerprint: nil)
        #expect(
            Self.pinned(trust, in: "ssh-ed25519 AAAAolder\nssh-ed25519 AAAAold")
                == "ssh-ed25519 AAAAolder\nssh-ed25519 AAAAnew")
    }
}
