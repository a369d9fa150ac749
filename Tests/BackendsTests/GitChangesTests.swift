import Fixtures
import Foundation
import Model
import Testing

@testable import Backends

/// What a later fetch brings, and what that leans on.
@Suite struct GitChangesTests {
    /// Text that no compression makes small, so that a changed line of it travels as a difference.
    private static func noise(_ seed: Int) -> String {
        var state = UInt64(seed) &+ 1
        return (0..<2_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return String(state, radix: 36) + "\n"
        }.joined()
    }

    @Test func `what changed comes in one request, content included`() async throws {
        let fixture = try GitFixture()
        let repository = try fixture.server.repository {
            commit(["a": Self.noise(1), "b/c": Self.noise(2), "b/d/e": Self.noise(3), "same": Self.noise(4)])
        }
        _ = try await fixture.replica()
        try repository.commit(["a": Self.noise(1) + "more\n", "b/d/e": Self.noise(3) + "more\n", "new": "1"])
        let before = fixture.server.seen.count
        let replica = try await fixture.replica()
        #expect(replica.files["a"] == Self.noise(1) + "more\n")
        #expect(replica.files["b/d/e"] == Self.noise(3) + "more\n")
        #expect(replica.files["new"] == "1")
        // The look at the refs, and the fetch. As differences, the new content is small.
        #expect(fixture.server.seen.count == before + 2)
        #expect(replica.bytesTransferred < 5_000)
    }

    @Test func `under rules a later fetch leaves out what they leave out`() async throws {
        let fixture = try GitFixture()
        let repository = try fixture.server.repository { commit(["a.yaml": "1", "b.png": "2"]) }
        _ = try await fixture.replica(rules: "*.png")
        try repository.commit(["a.yaml": "3", "b.png": Self.noise(5)])
        let replica = try await fixture.replica(rules: "*.png")
        #expect(replica.files == ["a.yaml": "3"])
        #expect(replica.bytesTransferred < 5_000)
    }

    @Test func `a difference from content that was left out costs nothing but a second request`() async throws {
        let fixture = try GitFixture()
        let repository = try fixture.server.repository { commit(["a.yaml": "1", "b.png": Self.noise(6)]) }
        _ = try await fixture.replica(rules: "*.png")
        try repository.commit(["b.png": Self.noise(6) + "more\n"])
        let before = fixture.server.seen.count
        let replica = try await fixture.replica()
        #expect(replica.files == ["a.yaml": "1", "b.png": Self.noise(6) + "more\n"])
        #expect(fixture.server.seen.count > before + 2)
    }

    @Test func `what is too large now does not cross the network with what changed`() async throws {
        let fixture = try GitFixture()
        let repository = try fixture.server.repository { commit(["a": "1", "b": "2"]) }
        _ = try await fixture.replica(sizeLimit: 1_000)
        try repository.commit(["a": "3"])
        #expect(try await fixture.replica(sizeLimit: 1_000).files == ["a": "3", "b": "2"])
        try repository.commit(["b": Self.noise(7)])
        #expect(try await fixture.replica(sizeLimit: 1_000).problems["b"] == .tooLarge)
    }

    @Test func `a server that refuses the filter by size is asked without`() async throws {
        let fixture = try GitFixture()
        let repository = try fixture.server.repository { commit(["a": "1", "b": "2"]) }
        try repository.git("config", "uploadpackfilter.blob:limit.allow", "false")
        _ = try await fixture.replica()
        try repository.commit(["a": "3"])
        #expect(try await fixture.replica().files == ["a": "3", "b": "2"])
    }

    @Test func `thousands of differences are taken in`() async throws {
        let fixture = try GitFixture()
        let repository = try fixture.server.repository {}
        try repository.importFiles(2_500) { "\(Self.noise($0).prefix(400))n: \($0)" }
        _ = try await fixture.replica()
        try repository.importFiles(2_500) { "\(Self.noise($0).prefix(400))more: \($0)" }
        let before = fixture.server.seen.count
        let replica = try await fixture.replica()
        #expect(replica.files.count == 2_500)
        #expect(replica.files["files/7/107.yaml"]?.hasSuffix("more: 107") == true)
        #expect(fixture.server.seen.count == before + 2)
    }

    /// A repository of one commit, and a pack that leads to the next one and leans on it.
    private func thinPack() throws -> (folder: TemporaryFolder, packs: String, pack: [UInt8], head: Backends.ObjectID) {
        let folder = try TemporaryFolder()
        let repository = try GitRepository(at: folder.folder("work")) { commit(["a": Self.noise(8)]) }
        try repository.git("clone", "-q", "--bare", repository.path, folder.path(of: "mirror"))
        try repository.commit(["a": Self.noise(8) + "more\n"])
        let pack = try Command.run(
            [
                "bash", "-c",
                "printf '%s\\n' HEAD ^HEAD~1 | git -C \"$0\" pack-objects -q --revs --thin --stdout", repository.path,
            ])
        let id = try Backends.ObjectID(hex: repository.head.utf8)
        let head = try #require(id)
        return (folder, folder.path(of: "mirror/objects/pack"), pack, head)
    }

    private func takeIn(_ pack: some Sequence<UInt8>, _ packs: String) throws {
        let writer = try PackWriter(folder: packs, thin: ThinPack(folder: packs))
        try Array(pack).withUnsafeBytes { try writer.append($0) }
        try writer.commit()
    }

    @Test func `a pack that leans on the repository is made whole`() throws {
        let (folder, packs, pack, head) = try thinPack()
        #expect(throws: GitFailure.self) {
            let writer = try PackWriter(folder: packs)
            try pack.withUnsafeBytes { try writer.append($0) }
            try writer.commit()
        }
        try takeIn(pack, packs)
        #expect(try GitObjects(at: folder.path(of: "mirror")).hasCommit(head))
        try Command.run(["git", "--git-dir", folder.path(of: "mirror"), "fsck", "--full", "--strict", head.hex])
    }

    @Test func `a pack that leans on the repository is refused when any byte of it is wrong or missing`() throws {
        let (folder, packs, pack, _) = try thinPack()
        let before = try FileManager.default.contentsOfDirectory(atPath: packs).sorted()
        func refusal(of pack: some Sequence<UInt8>) -> BackendError.Cause? {
            #expect(throws: GitFailure.self) { try takeIn(pack, packs) }?.error.cause
        }
        for index in pack.indices {
            var damaged = pack
            damaged[index] ^= 0x10
            #expect(refusal(of: damaged) == .malformed, "byte \(index)")
            #expect(refusal(of: pack.prefix(index)) == .malformed, "cut at \(index)")
        }
        #expect(refusal(of: pack + [0]) == .malformed)
        #expect(try FileManager.default.contentsOfDirectory(atPath: packs).sorted() == before)
        withExtendedLifetime(folder) {}
    }
}
