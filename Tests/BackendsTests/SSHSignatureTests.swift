import Backends
import Fixtures
import Foundation
import Model
import Testing

@Suite struct SSHSignatureTests {
    let signed: SignedFixture
    let key: SSHKey

    init() throws {
        signed = try SignedFixture()
        key = try SSHKey()
    }

    @Test(arguments: ["ed25519", "rsa", "ecdsa"])
    func `a commit signed by a listed key is replicated`(_ type: String) async throws {
        let key = try SSHKey(type)
        try signed.change(to: "2", signing: key.gitOptions())
        #expect(try await signed.files("# people\n\n" + key.publicKey)["a"] == "2")
        #expect(try await signed.files("ada@example.net " + key.publicKey)["a"] == "2")
        let options = "ada@example.net,bob@example.net namespaces=\"git,file\",valid-after=\"20200101\" "
        #expect(try await signed.files(options + key.publicKey, url: signed.repository.path)["a"] == "2")
        #expect(try FileManager.default.contentsOfDirectory(atPath: signed.scratch.path).isEmpty)
    }

    @Test func `a key that is not listed is named by its fingerprint`() async throws {
        let other = try SSHKey()
        try signed.change(to: "2", signing: other.gitOptions())
        let fingerprint = try other.fingerprint
        #expect(
            try await signed.refusal(key.publicKey)?.contains("SSH key \(fingerprint), which is not among `signers`")
                == true)
        #expect(try await signed.files(key.publicKey + "\n" + other.publicKey)["a"] == "2")
    }

    @Test func `a commit that was changed after it was signed is refused`() async throws {
        try signed.change(to: "2", signing: key.gitOptions())
        let raw = try signed.repository.git("cat-file", "commit", "HEAD") + "\n"
        try signed.follow(raw.replacing("with more", with: "with less"))
        #expect(try await signed.refusal(key.publicKey)?.contains("is bad") == true)
    }

    @Test func `a key outside its time or purpose is refused`() async throws {
        try signed.change(to: "2", signing: key.gitOptions())
        for (option, part) in [
            ("valid-before=\"20200101\"", "has expired"), ("valid-after=\"29990101\"", "not valid yet"),
            ("namespaces=\"file\"", "another purpose"),
        ] {
            #expect(try await signed.refusal("ada@example.net \(option) \(key.publicKey)")?.contains(part) == true)
        }
    }

    @Test func `a signature made for another purpose is refused`() async throws {
        let raw = try signed.unsignedCommit()
        try signed.follow(signed.adding(key.signature(over: raw.utf8, namespace: "file"), to: raw))
        #expect(try await signed.refusal(key.publicKey)?.contains("another purpose than git") == true)
        try signed.follow(signed.adding(key.signature(over: raw.utf8), to: raw))
        #expect(try await signed.files(key.publicKey).count == 2)
    }

    @Test func `an authority's certificates sign for the principals that it is listed with`() async throws {
        let authority = try SSHKey(comment: "authority")
        try key.certify(by: authority, for: "ada@example.net")
        try signed.change(to: "2", signing: key.gitOptions(certified: true))
        #expect(try await signed.files("*@example.net cert-authority \(authority.publicKey)")["a"] == "2")
        #expect(try await signed.refusal("*@example.org cert-authority \(authority.publicKey)") != nil)
        #expect(try await signed.refusal("*@example.net \(authority.publicKey)") != nil)
        #expect(try await signed.refusal("*@example.net cert-authority \(SSHKey().publicKey)") != nil)
    }

    @Test func `an authority's own signature is none of a signer`() async throws {
        try signed.change(to: "2", signing: key.gitOptions())
        #expect(try await signed.refusal("*@example.net cert-authority \(key.publicKey)") != nil)
    }

    @Test func `a signature of the other kind is refused`() async throws {
        let keys = try OpenPGPKeys()
        let openPGP = try keys.makeKey()
        try signed.change(to: "2", signing: keys.gitOptions(openPGP))
        #expect(try await signed.refusal(key.publicKey)?.contains("\(openPGP), which is not among") == true)
        try signed.change(to: "3", signing: key.gitOptions())
        #expect(try await signed.refusal(keys.publicKey(openPGP))?.contains("which is not among") == true)
        #expect(try await signed.files(keys.publicKey(openPGP) + key.publicKey)["a"] == "3")
    }

    @Test func `a key whose kind is not what its line says is refused`() throws {
        let words = key.publicKey.split(separator: " ")
        for line in ["ssh-rsa \(words[1])", "ssh-ed25519 AAAA", "ssh-ed25519", "a b c \(key.publicKey)"] {
            #expect(throws: BackendError.self) { try signed.backend(line) }
        }
    }
}
