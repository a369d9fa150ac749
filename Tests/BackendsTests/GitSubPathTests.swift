import Backends
import Fixtures
import Foundation
import Model
import Testing

/// A folder of a repository as the root of a source.
@Suite struct GitSubPathTests {
    let fixture: GitFixture
    let repository: GitRepository

    init() throws {
        fixture = try GitFixture()
        repository = try fixture.server.repository {
            commit([
                "net/conf/a.yaml": "1", "net/conf/deep/b.yaml": "2", "net/config/c.yaml": "3", "net/d.yaml": "4",
                "net/conf/.dot/x": "5", "e.yaml": "6", ".ci/net/y": "7",
            ])
        }
    }

    private var places: [String] { [fixture.server.url(), repository.path] }

    @Test(arguments: ["net/conf", "net/conf/"])
    func `paths are relative to the sub-path, and nothing beside it is listed`(_ subPath: String) async throws {
        for place in places {
            let replica = try await fixture.replica(place, ["sub_path": subPath])
            #expect(replica.files == ["a.yaml": "1", "deep/b.yaml": "2"])
            #expect(replica.problems.isEmpty)
        }
    }

    @Test func `rules are about the path below the sub-path`() async throws {
        for place in places {
            let replica = try await fixture.replica(place, ["sub_path": "net"], rules: "conf/deep/*\nnet/*")
            #expect(Set(replica.files.keys) == ["conf/a.yaml", "config/c.yaml", "d.yaml"])
            #expect(try await fixture.replica(place, ["sub_path": ".ci/net"]).files == ["y": "7"])
        }
    }

    @Test func `a commit beside the sub-path moves no fingerprint`() async throws {
        let before = try await fixture.replica(parameters: ["sub_path": "net/conf"])
        try repository.commit(["e.yaml": "new", "net/d.yaml": "new"])
        let after = try await fixture.replica(parameters: ["sub_path": "net/conf"])
        #expect(before.fingerprints == after.fingerprints)
        #expect(before.revision?.revision != after.revision?.revision)
    }

    @Test func `trees beside the sub-path are never read`() async throws {
        let beside = try repository.git("rev-parse", "HEAD:net/config")
        let object = "\(beside.prefix(2))/\(beside.dropFirst(2))"
        let folder = try repository.git("rev-parse", "--absolute-git-dir")
        try FileManager.default.removeItem(atPath: "\(folder)/objects/\(object)")
        #expect(try await fixture.replica(repository.path, ["sub_path": "net/conf"]).files.count == 2)
        await #expect(throws: BackendError.self) { _ = try await fixture.replica(repository.path, ["sub_path": "net"]) }
    }

    @Test func `a sub-path that is no folder of the commit is an error that says what it is`() async throws {
        try repository.git("update-index", "--add", "--cacheinfo", "160000,\(try repository.head),module")
        try FileManager.default.createSymbolicLink(
            atPath: repository.path + "/link", withDestinationPath: "net/conf")
        try repository.git("add", "link")
        try repository.git("commit", "-q", "-m", "odd ones")
        let table = [
            ("absent", "there is none"), ("net/absent", "there is none"), ("NET", "there is none"),
            ("e.yaml", "a file"),
            ("net/d.yaml/x", "a file"), ("link", "a symbolic link"), ("link/deep", "a symbolic link"),
            ("module", "a submodule"),
        ]
        for place in places {
            for (subPath, what) in table {
                let error = await backendError { _ = try await fixture.replica(place, ["sub_path": subPath]) }
                #expect(error?.cause == .notFound, "\(subPath)")
                #expect(error?.reason.contains("\"\(subPath)\"") == true, "\(error?.reason ?? "")")
                #expect(error?.reason.hasSuffix(what) == true, "\(error?.reason ?? "")")
            }
        }
    }

    @Test func `an empty root is not an error, a sub-path that left is`() async throws {
        try repository.git("rm", "-rq", "net/conf")
        try repository.commit([:])
        for place in places {
            #expect(
                await backendError { _ = try await fixture.replica(place, ["sub_path": "net/conf"]) }?.cause
                    == .notFound)
            #expect(try await fixture.replica(place, ["sub_path": "net/config"], rules: "*").files.isEmpty)
        }
    }

    @Test(arguments: ["/net", "/", "..", "net/../x", "./net", "net//conf", ".git", "net/.GIT/x", "a\u{1}b", "net//"])
    func `a sub-path that leads elsewhere is refused`(_ subPath: String) throws {
        let error = #expect(throws: BackendError.self) { try fixture.backend(nil, ["sub_path": subPath]) }
        #expect(error?.cause == .settings)
    }
}
