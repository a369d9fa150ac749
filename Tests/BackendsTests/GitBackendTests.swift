import Backends
import Fixtures
import Foundation
import Model
import Testing

@Suite struct GitBackendTests {
    @Test(arguments: [GitServer.Variant.full, .withoutFilter, .versionZero])
    func `a first fetch brings every file and the commit's details`(_ variant: GitServer.Variant) async throws {
        let fixture = try GitFixture(variant)
        let repository = try fixture.server.repository {
            commit(["a.yaml": "x: 1", "dir/b.j2": "{{ b }}", "dir.txt": "", ".hidden": "no"], message: "one\n\nmore")
        }
        let replica = try await fixture.replica()
        #expect(replica.files == ["a.yaml": "x: 1", "dir.txt": "", "dir/b.j2": "{{ b }}"])
        #expect(replica.paths == replica.paths.sorted())
        #expect(replica.problems.isEmpty)
        #expect(replica.revision?.revision.id == (try repository.head))
        #expect(replica.revision?.author == "Ada <ada@example.net>")
        #expect(replica.revision?.subject == "one")
        #expect(replica.revision?.authoredAt.iso8601InSeconds == "2026-03-04T05:06:07Z")
        #expect(replica.bytesTransferred > 0)
    }

    @Test(arguments: [GitServer.Variant.full, .withoutFilter, .versionZero])
    func `a look at an unchanged remote is one request`(_ variant: GitServer.Variant) async throws {
        let fixture = try GitFixture(variant)
        let repository = try fixture.server.repository { commit("a.yaml", "x: 1") }
        _ = try await fixture.replica()
        let before = fixture.server.seen.count
        let revision = try await fixture.backend().currentRevision()
        #expect(revision?.id == (try repository.head))
        #expect(fixture.server.seen.count == before + 1)
    }

    @Test(arguments: [GitServer.Variant.full, .withoutFilter, .versionZero])
    func `a later fetch brings what changed, even after a force push`(_ variant: GitServer.Variant) async throws {
        let fixture = try GitFixture(variant)
        let repository = try fixture.server.repository {
            commit(["a": "1", "b": "2", "c/d": "3"])
            commit("a", "4")
        }
        let first = try await fixture.replica()
        #expect(first.files == ["a": "4", "b": "2", "c/d": "3"])
        try repository.commit(["b": "5"])
        let second = try await fixture.replica()
        #expect(second.files == ["a": "4", "b": "5", "c/d": "3"])
        #expect(second.fingerprints["a"] == first.fingerprints["a"])
        #expect(second.fingerprints["b"] != first.fingerprints["b"])
        try repository.git("reset", "-q", "--hard", "HEAD~2")
        try repository.commit(["e": "6"])
        try repository.git("reflog", "expire", "--expire=now", "--all")
        try repository.git("gc", "-q", "--prune=now")
        #expect(try await fixture.replica().files == ["a": "1", "b": "2", "c/d": "3", "e": "6"])
        #expect(fixture.mirrors.count == 1)
    }

    @Test(arguments: [GitServer.Variant.full, .versionZero])
    func `branch, tag, annotated tag, full ref and commit id are all followed`(
        _ variant: GitServer.Variant
    ) async throws {
        let fixture = try GitFixture(variant)
        let repository = try fixture.server.repository {
            commit("v", "tagged")
            git("tag", "light")
            git("tag", "-a", "-m", "noted", "noted")
            git("branch", "side")
            commit("v", "main")
        }
        try repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
        let tagged = try repository.git("rev-parse", "light")
        for name in ["light", "noted", "side", "refs/heads/side", "refs/tags/noted", tagged] {
            let replica = try await fixture.replica(parameters: ["branch": name])
            #expect(replica.files == ["v": "tagged"], "\(name)")
            #expect(replica.revision?.revision.id == tagged, "\(name)")
            #expect(try await fixture.backend(nil, ["branch": name]).currentRevision()?.id == tagged, "\(name)")
        }
        #expect(try await fixture.replica(parameters: ["branch": "main"]).files == ["v": "main"])
        #expect(try await fixture.replica().files == ["v": "main"])
    }

    @Test func `a commit id that the mirror has needs no network`() async throws {
        let fixture = try GitFixture()
        let repository = try fixture.server.repository { commit("a", "1") }
        let id = try repository.head
        _ = try await fixture.replica(parameters: ["branch": id])
        let before = fixture.server.seen.count
        #expect(try await fixture.replica(parameters: ["branch": id]).files == ["a": "1"])
        #expect(fixture.server.seen.count == before)
    }

    @Test(arguments: ["nowhere", "refs/heads/nowhere", String(repeating: "7", count: 40)])
    func `a ref that does not exist is an error that names it`(_ name: String) async throws {
        let fixture = try GitFixture()
        _ = try fixture.server.repository { commit("a", "1") }
        let error = await backendError { _ = try await fixture.replica(parameters: ["branch": name]) }
        #expect(error?.cause == .notFound)
        #expect(error?.reason.contains(name) == true)
    }

    @Test(arguments: [GitServer.Variant.full, .versionZero])
    func `an empty repository is an error`(_ variant: GitServer.Variant) async throws {
        let fixture = try GitFixture(variant)
        _ = try fixture.server.repository {}
        let error = await backendError { _ = try await fixture.replica() }
        #expect(error?.cause == .notFound)
        #expect(error?.reason.contains("HEAD") == true)
        #expect(await backendError { _ = try await fixture.backend().currentRevision() }?.cause == .notFound)
    }

    @Test func `a repository that is not there is an error`() async throws {
        let fixture = try GitFixture()
        let error = await backendError { _ = try await fixture.replica(fixture.server.url("absent")) }
        #expect(error?.cause == .notFound)
        #expect(error?.reason.contains("/absent.git") == true)
    }

    @Test func `a server of plain files is told apart`() async throws {
        let fixture = try GitFixture(.dumb)
        _ = try fixture.server.repository { commit("a", "1") }
        let error = await backendError { _ = try await fixture.replica() }
        #expect(error?.cause == .malformed)
        #expect(error?.reason.contains("plain files") == true)
    }

    @Test func `a server that forgot version 2 is asked anew`() async throws {
        let fixture = try GitFixture(.versionZero)
        let repository = try fixture.server.repository { commit("a", "1") }
        _ = try await fixture.replica()
        let memo = try #require(fixture.mirrors.first).replacing("/repository", with: "/server")
        try "version 2\nfetch=shallow filter\nls-refs=\n".write(toFile: memo, atomically: true, encoding: .utf8)
        #expect(try await fixture.backend().currentRevision()?.id == (try repository.head))
        try repository.commit(["a": "2"])
        #expect(try await fixture.replica().files == ["a": "2"])
    }

    @Test func `links, submodules, pointers and large files are reported as what they are`() async throws {
        let fixture = try GitFixture()
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"
        let repository = try fixture.server.repository {
            commit(["plain": "1", "big.bin": pointer, "large": String(repeating: "x", count: 5_000)])
        }
        try FileManager.default.createSymbolicLink(
            atPath: repository.path + "/to-plain", withDestinationPath: "plain")
        try repository.git("add", "to-plain")
        try repository.git("update-index", "--add", "--cacheinfo", "160000,\(try repository.head),module")
        try repository.git("commit", "-q", "-m", "odd things")
        let replica = try await fixture.replica(sizeLimit: 4_999)
        #expect(replica.files == ["plain": "1"])
        #expect(
            replica.problems == [
                "to-plain": .symbolicLink, "module": .submodule, "big.bin": .largeFileStoragePointer,
                "large": .tooLarge,
            ])
    }

    @Test func `illegal names cost only themselves`() async throws {
        let fixture = try GitFixture()
        let repository = try fixture.server.repository { commit("good", "1") }
        let blob = try repository.git("rev-parse", "HEAD:good")
        let inner = try repository.run(["mktree"], input: "100644 blob \(blob)\tinside\n")
        let tree = try repository.run(
            ["mktree", "-z"],
            input: "100644 blob \(blob)\ta\u{1}b\0100644 blob \(blob)\tback\\slash\0040000 tree \(inner)\t..\0"
                + "100644 blob \(blob)\tgood\0")
        let id = try repository.git("commit-tree", "-m", "hostile", tree)
        try repository.git("update-ref", "refs/heads/main", id)
        let replica = try await fixture.replica(rules: "!*")
        #expect(replica.files == ["back\\slash": "1", "good": "1"])
        #expect(replica.problems == ["a\\x01b": .illegalPath, "..": .illegalPath])
    }

    @Test func `only the blobs that rules select cross the network`() async throws {
        let fixture = try GitFixture()
        var random = SystemRandomNumberGenerator()
        let image = String(
            (0..<300_000).map { _ in "0123456789abcdefghijklmnopqrstuv".randomElement(using: &random) ?? "0" })
        _ = try fixture.server.repository { commit(["a.yaml": "x: 1", "b.png": image, "images/c.png": image + "c"]) }
        let replica = try await fixture.replica(rules: "*.png")
        #expect(replica.files == ["a.yaml": "x: 1"])
        #expect(replica.bytesTransferred < 5_000)
        let everything = try await fixture.replica()
        #expect(everything.files.count == 3)
        #expect(everything.bytesTransferred > 150_000)
    }

    @Test func `a listing comes in pages`() async throws {
        let fixture = try GitFixture()
        let repository = try fixture.server.repository {}
        try repository.importFiles(2_500) { "n: \($0)" }
        let replica = try await fixture.replica()
        #expect(replica.files.count == 2_500)
        #expect(replica.files["files/7/107.yaml"] == "n: 107")
        #expect(replica.pageSizes == [1_000, 1_000, 500])
        #expect(replica.paths == replica.paths.sorted())
    }
}

extension GitFixture {
    func replica(parameters: [String: String]) async throws -> Replica { try await replica(nil, parameters) }
}
