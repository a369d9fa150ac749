import Backends
import Fixtures
import Foundation
import Model
import Testing

@Suite struct SignedTagTests {
    let key: SSHKeyPair

    init() throws { key = try SSHKeyPair() }

    private func tag(_ name: String, in repository: GitRepository) throws {
        try repository.run(key.gitOptions() + ["tag", "-s", "-m", "noted", name])
    }

    @Test(arguments: [GitServer.Variant.full, .withoutFilter, .versionZero])
    func `a tag's signature vouches for its commit when the tag is followed`(
        _ variant: GitServer.Variant
    ) async throws {
        let signed = try SignedFixture(variant)
        try tag("v1", in: signed.repository)
        for branch in ["v1", "refs/tags/v1"] {
            #expect(try await signed.files(key.publicText, branch: branch) == ["a": "1", "b/c": "2"])
        }
        #expect(try await signed.files(key.publicText, branch: "v1", url: signed.repository.path)["a"] == "1")
        #expect(try await signed.refusal(key.publicText)?.contains("it is not signed") == true)
        #expect(try await signed.refusal(key.publicText, branch: "main")?.contains("it is not signed") == true)
        #expect(try await signed.refusal(key.publicText, url: signed.repository.path) != nil)
        let id = try signed.repository.head
        #expect(try await signed.refusal(key.publicText, branch: id, url: signed.repository.path) != nil)
        #expect(try await signed.backend(key.publicText, branch: "v1").currentRevision()?.id == id)
    }

    @Test(arguments: [GitServer.Variant.full, .versionZero])
    func `a tag on a commit that is known already is fetched and checked`(_ variant: GitServer.Variant) async throws {
        let signed = try SignedFixture(variant)
        #expect(try await signed.fixture.replica().files.count == 2)
        try tag("v1", in: signed.repository)
        #expect(try await signed.files(key.publicText, branch: "v1").count == 2)
        #expect(signed.fixture.mirrors.count == 1)
    }

    @Test func `a tag signed by OpenPGP counts as well`() async throws {
        let signed = try SignedFixture()
        let keys = try OpenPGPKeys()
        let openPGP = try keys.makeKey()
        try signed.repository.run(keys.gitOptions(openPGP) + ["tag", "-s", "-m", "noted\n\nmore", "v1"])
        #expect(try await signed.files(keys.publicKey(openPGP), branch: "v1").count == 2)
        let revoked = try await signed.refusal(key.publicText, branch: "v1")
        #expect(revoked?.contains("of the tag, it is signed by OpenPGP key \(openPGP)") == true)
        #expect(revoked?.contains("of the commit, it is not signed") == true)
    }

    @Test func `a tag or its commit is enough, of a tag without signature the commit`() async throws {
        let signed = try SignedFixture()
        try signed.change(to: "2", signing: key.gitOptions())
        try signed.repository.git("tag", "light")
        try signed.repository.git("tag", "-a", "-m", "unsigned", "noted")
        #expect(try await signed.files(key.publicText, branch: "light")["a"] == "2")
        #expect(try await signed.files(key.publicText, branch: "noted")["a"] == "2")
    }

    @Test func `a signed tag says nothing under another name`() async throws {
        let signed = try SignedFixture()
        try tag("v1", in: signed.repository)
        try signed.repository.git("update-ref", "refs/tags/v2", signed.repository.git("rev-parse", "refs/tags/v1"))
        #expect(try await signed.refusal(key.publicText, branch: "v2")?.contains("made as tag \"v1\"") == true)
        #expect(try await signed.files(key.publicText, branch: "v1").count == 2)
    }

    @Test func `a signed tag of a tag says nothing`() async throws {
        let signed = try SignedFixture()
        try signed.repository.git("tag", "-a", "-m", "inner", "inner")
        try signed.repository.run(key.gitOptions() + ["tag", "-s", "-m", "outer", "outer", "inner"])
        #expect(try await signed.refusal(key.publicText, branch: "outer")?.contains("it names tag") == true)
    }

    @Test func `a changed tag is refused`() async throws {
        let signed = try SignedFixture()
        try tag("v1", in: signed.repository)
        let raw = try signed.repository.git("cat-file", "tag", "v1").replacing("noted", with: "forged")
        let id = try signed.repository.run(["hash-object", "-t", "tag", "-w", "--stdin"], input: raw + "\n")
        try signed.repository.git("update-ref", "refs/tags/v1", id)
        #expect(try await signed.refusal(key.publicText, branch: "v1")?.contains("of the tag, the signature") == true)
    }

    @Test func `a server that says a signed tag leads elsewhere is not believed`() async throws {
        let signed = try SignedFixture()
        try tag("v1", in: signed.repository)
        let tagID = try signed.repository.git("rev-parse", "v1")
        try signed.repository.commit(["a": "evil"])
        #expect(try await signed.fixture.replica().files["a"] == "evil")
        // git itself believes what this file says a tag leads to.
        let folder = try signed.repository.git("rev-parse", "--absolute-git-dir")
        let evil = try signed.repository.head
        try signed.repository.git("pack-refs", "--all")
        try """
        # pack-refs with: peeled fully-peeled sorted\u{20}
        \(evil) refs/heads/main
        \(tagID) refs/tags/v1
        ^\(evil)

        """.write(toFile: folder + "/packed-refs", atomically: true, encoding: .utf8)
        #expect(try await signed.backend(key.publicText, branch: "v1").currentRevision()?.id == evil)
        #expect(try await signed.refusal(key.publicText, branch: "v1")?.contains("not this commit") == true)
    }

    @Test func `a repository on disk whose objects were exchanged is refused`() async throws {
        let signed = try SignedFixture()
        try signed.change(to: "9", signing: key.gitOptions())
        let path = signed.repository.path
        #expect(try await signed.files(key.publicText, url: path)["a"] == "9")
        let folder = try signed.repository.git("rev-parse", "--absolute-git-dir") + "/objects/"
        func file(_ id: String) -> String { folder + id.prefix(2) + "/" + id.dropFirst(2) }
        let honest = file(try signed.repository.git("rev-parse", "HEAD:a"))
        let evil = file(try signed.repository.run(["hash-object", "-w", "--stdin"], input: "evil"))
        try FileManager.default.removeItem(atPath: honest)
        try FileManager.default.copyItem(atPath: evil, toPath: honest)
        // Nothing but the content tells: without signers it is read as it lies there.
        #expect(try await signed.fixture.replica(path).files["a"] == "evil")
        let replica = try await Replica(of: signed.backend(key.publicText, url: path))
        #expect(replica.files == ["b/c": "2"])
        #expect(replica.problems == ["a": .unreadable])
    }
}
