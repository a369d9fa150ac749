import Backends
import Fixtures
import Foundation
import Model
import Testing

@Suite struct OpenPGPSignatureTests {
    let keys: OpenPGPKeys

    init() throws { keys = try OpenPGPKeys() }

    @Test(arguments: [GitServer.Variant.full, .withoutFilter, .versionZero], ["ed25519", "rsa2048"])
    func `a commit signed by a listed key is replicated`(
        _ variant: GitServer.Variant, _ algorithm: String
    ) async throws {
        let signed = try SignedFixture(variant)
        let key = try keys.makeKey(algorithm: algorithm)
        try signed.change(to: "2", signing: keys.gitOptions(key))
        #expect(try await signed.files(keys.publicKey(key)) == ["a": "2", "b/c": "2"])
        #expect(try await signed.files(keys.publicKey(key), url: signed.repository.path)["a"] == "2")
        #expect(try FileManager.default.contentsOfDirectory(atPath: signed.scratch.path).isEmpty)
    }

    @Test func `a subkey signs for its primary key`() async throws {
        let signed = try SignedFixture()
        let primary = try keys.makeKey(usage: "cert")
        let subkey = try keys.addSubkey(to: primary)
        try signed.change(to: "2", signing: keys.gitOptions(subkey + "!"))
        #expect(try await signed.files(keys.publicKey(primary))["a"] == "2")
    }

    @Test func `an unsigned commit is refused, and one signed by nobody listed`() async throws {
        let signed = try SignedFixture()
        let key = try keys.makeKey()
        let signers = try keys.publicKey(key)
        let head = try signed.repository.head
        let unsigned = try await signed.refusal(signers)
        #expect(unsigned?.contains("it is not signed") == true)
        #expect(unsigned?.contains(head) == true)
        #expect(try await signed.refusal(signers, url: signed.repository.path)?.contains("it is not signed") == true)

        let other = try keys.makeKey("Eve <eve@example.net>")
        try signed.change(to: "2", signing: keys.gitOptions(other))
        #expect(try await signed.refusal(signers)?.contains("\(other), which is not among `signers`") == true)
        #expect(try await signed.files(signers + keys.publicKey(other))["a"] == "2")
    }

    @Test func `a commit that was changed after it was signed is refused`() async throws {
        let signed = try SignedFixture()
        let key = try keys.makeKey()
        try signed.change(to: "2", signing: keys.gitOptions(key))
        let raw = try signed.repository.git("cat-file", "commit", "HEAD") + "\n"
        try signed.follow(raw)
        #expect(try await signed.files(keys.publicKey(key))["a"] == "2")
        try signed.follow(raw.replacing("with more", with: "with less"))
        let reason = try await signed.refusal(keys.publicKey(key))
        #expect(reason?.contains("is bad") == true)
        #expect(reason?.contains(key.suffix(16)) == true)
    }

    @Test func `the signature of another commit is refused`() async throws {
        let signed = try SignedFixture()
        let key = try keys.makeKey()
        let other = try signed.unsignedCommit("another\n")
        let signature = try keys.signature(by: key, over: other.utf8)
        try signed.follow(signed.adding(signature, to: signed.unsignedCommit()))
        #expect(try await signed.refusal(keys.publicKey(key))?.contains("is bad") == true)
        try signed.follow(signed.adding(signature, to: other))
        #expect(try await signed.files(keys.publicKey(key)).count == 2)
    }

    @Test func `more than one signature is refused, in two headers and in one`() async throws {
        let signed = try SignedFixture()
        let key = try keys.makeKey()
        let raw = try signed.unsignedCommit()
        let signature = try keys.signature(by: key, over: raw.utf8)
        try signed.follow(signed.adding(signature, to: signed.adding(signature, to: raw)))
        #expect(try await signed.refusal(keys.publicKey(key))?.contains("more than one signature") == true)

        let binary = try Command.run(["gpg", "--dearmor"], input: Array(signature.utf8))
        let twice = String(decoding: try Command.run(["gpg", "--enarmor"], input: binary + binary), as: UTF8.self)
        try signed.follow(signed.adding(twice.replacing("ARMORED FILE", with: "SIGNATURE"), to: raw))
        #expect(try await signed.refusal(keys.publicKey(key))?.contains("more than one signature") == true)

        try signed.follow(signed.adding(signature + signature, to: raw))
        #expect(try await signed.refusal(keys.publicKey(key))?.contains("cannot be read") == true)
    }

    @Test func `a signature for SHA-256 names counts as none, and does no harm beside one`() async throws {
        let signed = try SignedFixture()
        let key = try keys.makeKey()
        let raw = try signed.unsignedCommit()
        let signature = try keys.signature(by: key, over: raw.utf8)
        try signed.follow(signed.adding(signature, to: raw, header: "gpgsig-sha256"))
        #expect(try await signed.refusal(keys.publicKey(key))?.contains("it is not signed") == true)
        try signed.follow(signed.adding(signature, to: signed.adding("x\ny", to: raw, header: "gpgsig-sha256")))
        #expect(try await signed.files(keys.publicKey(key)).count == 2)
        try signed.repository.run(["reset", "-q", "--hard"])
        // As git sees it.
        #expect(throws: Never.self) {
            try signed.repository.run(keys.gitOptions(key) + ["verify-commit", "HEAD"])
        }
    }

    @Test func `a key that has expired or was revoked is refused`() async throws {
        let signed = try SignedFixture()
        let raw = try signed.unsignedCommit()
        let expired = try keys.makeKey(expires: "2025-02-01", madeAt: "20250101T000000")
        let old = try keys.signature(by: expired, over: raw.utf8, at: "20250110T000000")
        try signed.follow(signed.adding(old, to: raw))
        let reason = try await signed.refusal(keys.publicKey(expired))
        #expect(reason?.contains("\(expired), which has expired") == true)

        let revoked = try keys.makeKey("Bob <bob@example.net>")
        try signed.follow(signed.adding(keys.signature(by: revoked, over: raw.utf8), to: raw))
        #expect(try await signed.files(keys.publicKey(revoked)).count == 2)
        try keys.revoke(revoked)
        #expect(
            try await signed.refusal(keys.publicKey(revoked))?.contains("\(revoked), which has been revoked") == true)
    }

    @Test func `a signature that has expired, is over SHA-1 or over text is refused`() async throws {
        let signed = try SignedFixture()
        let raw = try signed.unsignedCommit()
        let key = try keys.makeKey(algorithm: "rsa2048", madeAt: "20250101T000000")
        let old = try keys.signature(
            by: key, over: raw.utf8, at: "20250110T000000", options: ["--default-sig-expire", "1d"])
        try signed.follow(signed.adding(old, to: raw))
        #expect(try await signed.refusal(keys.publicKey(key))?.contains("\(key) has expired") == true)
        let weak = try keys.signature(by: key, over: raw.utf8, options: ["--digest-algo", "SHA1"])
        try signed.follow(signed.adding(weak, to: raw))
        #expect(try await signed.refusal(keys.publicKey(key))?.contains("SHA-1") == true)
        let text = try keys.signature(by: key, over: raw.utf8, options: ["--textmode"])
        try signed.follow(signed.adding(text, to: raw))
        #expect(try await signed.refusal(keys.publicKey(key))?.contains("not one over a file") == true)
    }

    @Test(arguments: [
        "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----", "-----BEGIN PGP SIGNATURE-----", "x",
        "-----BEGIN SIGNED MESSAGE-----\nAAAA\n-----END SIGNED MESSAGE-----",
    ])
    func `what is no signature is refused`(_ signature: String) async throws {
        let signed = try SignedFixture()
        try signed.follow(signed.adding(signature, to: signed.unsignedCommit()))
        let reason = try await signed.refusal(keys.publicKey(keys.makeKey()))
        #expect(reason?.contains("signature can") == true || reason?.contains("neither") == true)
    }

    @Test func `a message that holds what it signs is refused`() async throws {
        let signed = try SignedFixture()
        let key = try keys.makeKey()
        let raw = try signed.unsignedCommit()
        let message = try keys.signature(by: key, over: raw.utf8, action: "--sign")
        try signed.follow(signed.adding(message, to: raw))
        #expect(try await signed.refusal(keys.publicKey(key))?.contains("neither") == true)
        try signed.follow(signed.adding(message.replacing("PGP MESSAGE", with: "PGP SIGNATURE"), to: raw))
        #expect(try await signed.refusal(keys.publicKey(key)) != nil)
    }

    @Test func `a machine without gpg says what to install`() async throws {
        let signed = try SignedFixture()
        let key = try keys.makeKey()
        try signed.change(to: "2", signing: keys.gitOptions(key))
        let backend = try signed.backend(keys.publicKey(key), environment: ["PATH": "/nonexistent"])
        let error = await backendError { _ = try await backend.snapshot(FileSelection()) }
        #expect(error?.cause == .local)
        #expect(error?.reason.contains("`gpg` is not there") == true)
        #expect(error?.advice == "install the package gnupg")
        #expect(try FileManager.default.contentsOfDirectory(atPath: signed.scratch.path).isEmpty)
    }

    @Test func `a setting without a public key is refused when it is read, and never shown`() throws {
        let signed = try SignedFixture()
        let block = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n"
        for text in ["ada@example.net", "\n# none\n", block, try keys.privateKey(keys.makeKey())] {
            let error = #expect(throws: BackendError.self) { try signed.backend(text) }
            #expect(error?.cause == .settings)
            #expect(error?.description.contains("AAAA") == false)
            #expect(error?.description.count ?? 1_000 < 300)
        }
    }

    @Test func `a block that holds no key is an error of the setting`() async throws {
        let signed = try SignedFixture()
        try signed.change(to: "2", signing: keys.gitOptions(keys.makeKey()))
        let block = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n"
        let error = await backendError { _ = try await signed.files(block) }
        #expect(error?.cause == .settings)
        #expect(error?.reason.contains("`signers`") == true)
    }
}
