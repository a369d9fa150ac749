import Backends
import Fixtures
import Foundation
import Model
import Testing

/// Mirrors that are removed while others use them, or are about to.
@Suite struct MirrorUseTests {
    private let fixture: GitFixture

    init() throws {
        fixture = try GitFixture()
        _ = try fixture.server.repository { commit(["a": "1", "b": "2"]) }
    }

    private func backend(_ source: Int64?) throws -> any Backend {
        try BackendType.git.make(
            BackendConfiguration(
                url: SourceURL(fixture.server.url()), parameters: [:], cacheFolder: fixture.cache.path,
                source: source.map { SourceID($0) }))
    }

    private func sweep(_ present: Set<Int64>?, isDue: Bool = true) async {
        await BackendType.git.sweepCache(fixture.cache.path, isDue) { present.map { Set($0.map { SourceID($0) }) } }
    }

    private var repositories: Int {
        fixture.mirrors.count { FileManager.default.fileExists(atPath: $0) }
    }

    @Test func `a mirror that is being read is not removed, and is looked at again`() async throws {
        let snapshot = try await backend(1).snapshot(FileSelection())
        await sweep([])
        #expect(repositories == 1)
        await snapshot.close()
        await sweep([], isDue: false)
        #expect(repositories == 0)
    }

    @Test func `nothing is removed while it is not known which sources there are`() async throws {
        _ = try await Replica(of: backend(1))
        await sweep(nil)
        #expect(repositories == 1)
        await sweep([], isDue: false)
        #expect(repositories == 0, "it is still due")
    }

    @Test func `a mirror of which no record tells stays for a month`() async throws {
        _ = try await Replica(of: backend(nil))
        await sweep([])
        #expect(repositories == 1)
        let folder = URL(fileURLWithPath: try #require(fixture.mirrors.first)).deletingLastPathComponent().path
        for path in [folder, folder + "/repository", folder + "/repository/objects/pack"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -31 * 86_400)], ofItemAtPath: path)
        }
        await sweep([])
        #expect(repositories == 0)
    }

    @Test func `what a sweep that died left is removed by the next`() async throws {
        _ = try await Replica(of: backend(1))
        let left = fixture.cache.path + "/git/dropped-x"
        try FileManager.default.createDirectory(atPath: left + "/repository", withIntermediateDirectories: true)
        await sweep([1])
        #expect(!FileManager.default.fileExists(atPath: left))
        #expect(repositories == 1)
    }

    @Test(.timeLimit(.minutes(3))) func `snapshots that meet a sweep show what they always show`() async throws {
        try await withThrowingTaskGroup { group in
            for source in 1...3 {
                group.addTask {
                    for _ in 0..<15 {
                        let replica = try await Replica(of: backend(Int64(source)))
                        #expect(replica.files == ["a": "1", "b": "2"])
                    }
                }
            }
            group.addTask { for _ in 0..<60 { await sweep([]) } }
            try await group.waitForAll()
        }
        await sweep([])
        #expect(repositories == 0)
    }
}
