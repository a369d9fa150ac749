import Backends
import Fixtures
import Foundation
import Model
import Testing

@Suite struct SSHSignatureTests {
    let signed: SignedFixture
    let key: SSHKeyPair

    init() throws {
        signed = try SignedFixture()
        key = try SSHKeyPair()
    }

    @Test(arguments: ["ed25519", "rsa", "ecdsa"])
    func `a commit signed by a listed key is replicated`(_ type: String) async throws {
        let key = try SSHKeyPair(type)
        try signed.change(to: "2", signing: key.gitOptions())
        #expect(try await signed.files("# people\n\n" + key.publicText)["a"] == "2")
        #expect(try await signed.files("ada@example.net " + key.publicText)["a"] == "2")
        let options = "ada@example.net,bob@example.net namespaces=\"git,file\",valid-after=\"20200101\" "
        #expect(try await signed.files(options + key.publicText, url: signed.repository.path)["a"] == "2")
        #expect(try FileManager.default.contentsOfDirectory(atPath: signed.scratch.path).isEmpty)
    }

    @Test func `a key that is not listed is named by its fingerprint`() async throws {
        let other = try SSHKeyPair()
        try signed.change(to: "2", signing: other.gitOptions())
        let fingerprint = try other.fingerprint
        #expect(
            try await signed.refusal(key.publicText)?.contains("SSH key \(fingerprint), which is not among `signers`")
                == true)
        #expect(try await signed.files(key.publicText + "\n" + other.publicText)["a"] == "2")
    }

    @Test func `a commit that was changed after it was signed is refused`() async throws {
        try signed.change(to: "2", signing: key.gitOptions())
        let raw = try signed.repository.git("cat-file", "commit", "HEAD") + "\n"
        try signed.follow(raw.replacing("with more", with: "with less"))
        #expect(try await signed.refusal(key.publicText)?.contains("is bad") == true)
    }

    @Test func `a key outside its time or purpose is refused`() async throws {
        try signed.change(to: "2", signing: key.gitOptions())
        for (option, part) in [
            ("valid-before=\"20200101\"", "has expired"), ("valid-after=\"29990101\"", "not valid yet"),
            ("namespaces=\"file\"", "another purpose"),
        ] {
            #expect(try await signed.refusal("ada@example.net \(option) \(key.publicText)")?.contains(part) == true)
        }
    }

    @Test func `a signature made for another purpose is refused`() async throws {
        let raw = try signed.unsignedCommit()
        try signed.follow(signed.adding(key.signature(over: raw.utf8, namespace: "file"), to: raw))
        #expect(try await signed.refusal(key.publicText)?.contains("another purpose than git") == true)
        try signed.follow(signed.adding(key.signature(over: raw.utf8), to: raw))
        #expect(try await signed.files(key.publicText).count == 2)
    }

    @Test func `an authority's certificates sign for the principals that it is listed with`() async throws {
        let authority = try SSHKeyPair(comment: "authority")
        try key.certify(by: authority, for: "ada@example.net")
        try signed.change(to: "2", signing: key.gitOptions(certified: true))
        #expect(try await signed.files("*@example.net cert-authority \(authority.publicText)")["a"] == "2")
        #expect(try await signed.refusal("*@example.org cert-authority \(authority.publicText)") != nil)
        #expect(try await signed.refusal("*@example.net \(authority.publicText)") != nil)
        #expect(try await signed.refusal("*@example.net cert-authority \(SSHKeyPair().publicText)") != nil)
    }

    @Test func `an authority's own signature is none of a signer`() async throws {
        try signed.change(to: "2", signing: key.gitOptions())
        #expect(try await signed.refusal("*@example.net cert-authority \(key.publicText)") != nil)
    }

    @Test func `a signature of the other kind is refused`() async throws {
        let keys = try OpenPGPKeys()
        let openPGP = try keys.makeKey()
        try signed.change(to: "2", signing: keys.gitOptions(openPGP))
        #expect(try await signed.refusal(key.publicText)?.contains("\(openPGP), which is not among") == true)
        try signed.change(to: "3", signing: key.gitOptions())
        #expect(try await signed.refusal(keys.publicKey(openPGP))?.contains("which is not among") == true)
        #expect(try await signed.files(keys.publicKey(openPGP) + key.publicText)["a"] == "3")
    }

    @Test func `a key whose kind is not what its line says is refused`() throws {
        let words = key.publicText.split(separator: " ")
        for line in ["ssh-rsa \(words[1])", "ssh-ed25519 AAAA", "ssh-ed25519", "a b c \(key.publicText)"] {
            #expect(throws: BackendError.self) { try signed.backend(line) }
        }
    }
}
