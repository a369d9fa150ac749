import Backends
import Fixtures
import Foundation
import Model
import Testing

/// Who is told what when a submodule is on another server.
@Suite struct SubmoduleHostTests {
    let modules: SubmoduleFixture
    let repository: GitRepository
    let other: GitServer
    let library: GitRepository

    init() throws {
        modules = try SubmoduleFixture()
        repository = try modules.server.repository { commit("b", "2") }
        other = try GitServer()
        library = try other.repository("lib") { commit(["a": "1", "p": LargeFile("large").pointer]) }
    }

    private func url(host: String, _ path: String = "/lib.git") -> String {
        "http://\(host):\(other.web.port.number)\(path)"
    }

    private func replica(_ parameters: [String: String] = [:]) async throws -> Replica {
        try await modules.replica(
            ["password": GitServer.token].merging(parameters) { $1 }, url: modules.server.privateURL())
    }

    @Test func `the parent's own server gets its credential`() async throws {
        let sibling = try modules.server.repository("sibling") { commit("s", "1") }
        try repository.addModule("sub", "../sibling.git", of: sibling)
        #expect(try await replica().files == ["b": "2", "sub/s": "1"])
        #expect(modules.server.seen.contains { $0.contains("/private/sibling.git") && $0.contains("user=oauth2") })
    }

    @Test func `another host that is allowed gets no credential`() async throws {
        try repository.addModule("sub", url(host: "localhost"), of: library)
        let replica = try await replica(["submodule_hosts": "example.net\nLOCALHOST"])
        #expect(replica.files == ["b": "2", "sub/a": "1"])
        #expect(!other.seen.isEmpty)
        #expect(other.seen.allSatisfy { $0.contains("auth= ") })
    }

    @Test func `another host that is not allowed is not asked at all, and is named`() async throws {
        try repository.addModule("sub", url(host: "localhost"), of: library)
        let backend = try modules.fixture.backend(nil, ["submodules": "true", "submodule_hosts": "example.net"])
        let snapshot = try await backend.snapshot(FileSelection())
        let file = try #require(try await snapshot.drain().files.last)
        await snapshot.close()
        #expect(file.path.string == "sub")
        #expect(file.problem?.reason.contains("\"localhost\", which is not among `submodule_hosts`") == true)
        #expect(other.seen.isEmpty)
        #expect(other.web.requests.isEmpty)
    }

    @Test func `another port of the parent's host needs no permission and gets no credential`() async throws {
        try repository.addModule("sub", url(host: "127.0.0.1"), of: library)
        #expect(try await replica().files == ["b": "2", "sub/a": "1"])
        #expect(other.seen.allSatisfy { $0.contains("auth= ") })
    }

    @Test func `a password in a submodule's URL is not used`() async throws {
        let userInfo = "ada:p%40ss%3Aw%2Frd@127.0.0.1"
        try repository.addModule("sub", url(host: userInfo, "/private/lib.git"), of: library)
        #expect(try await replica().problems == ["sub": .unreadable])
        #expect(other.seen.isEmpty)
    }

    @Test func `a foreign submodule cannot lead back with the credential`() async throws {
        let secret = try modules.server.repository("secret") { commit("s", "1") }
        try library.addModule("back", modules.server.privateURL("secret"), of: secret)
        try repository.addModule("sub", url(host: "localhost"), of: library)
        let replica = try await replica(["submodule_hosts": "localhost"])
        #expect(replica.files == ["b": "2", "sub/a": "1"])
        #expect(replica.problems == ["sub/back": .unreadable, "sub/p": .largeFileStoragePointer])
        #expect(!modules.server.seen.contains { $0.contains("/private/secret.git") && $0.contains("user=oauth2") })
    }

    @Test func `large files of a submodule are asked of its own server, which loses none but them`() async throws {
        try repository.addModule("sub", url(host: "localhost"), of: library)
        let replica = try await replica(["submodule_hosts": "localhost", "lfs": "true"])
        #expect(replica.files["b"] == "2")
        #expect(replica.problems["sub/p"] == .unreadable)
        #expect(other.seen.allSatisfy { $0.contains("auth= ") })
        #expect(other.seen.contains { $0.contains("/lib.git/info/lfs/objects/batch") })
    }

    @Test func `a submodule's server that goes away while it is read costs its files alone`() async throws {
        let folder = try TemporaryFolder()
        let backend: any Backend
        let snapshot: any Snapshot
        let files: [RemoteFile]
        do {
            let passing = try GitServer()
            let library = try passing.repository("lib") { commit("a", "1") }
            try repository.addModule("sub", passing.url("lib"), of: library)
            backend = try modules.fixture.backend(nil, ["submodules": "true"])
            snapshot = try await backend.snapshot(FileSelection())
            files = try await snapshot.drain().files.filter { $0.problem == nil && $0.path.string != ".gitmodules" }
        }
        _ = folder
        #expect(files.map(\.path.string) == ["b", "sub/a"])
        try await snapshot.prefetch(files)
        #expect(try await snapshot.content(of: files[0]) == Array("2".utf8))
        let problem = try await #require(throws: FileProblem.self) { try await snapshot.content(of: files[1]) }
        #expect(problem.kind == .unreadable)
        await snapshot.close()
    }

    @Test func `over SSH the key opens submodules on the same server, and no other is asked`() async throws {
        let ssh = try SSHFixture()
        let library = try ssh.server.repository("lib") { commit("a", "1") }
        let repository = try ssh.server.repository { commit("b", "2") }
        try repository.addModule("sub", "../lib.git", of: library)
        try repository.addModule("other", "ssh://git@127.0.0.1:1/x.git", of: library)
        try repository.addModule("user", "ssh://somebody@127.0.0.1:\(ssh.server.port.number)/x.git", of: library)
        let before = ssh.server.logins
        let replica = try await ssh.replica(nil, ssh.trusted.merging(["submodules": "true"]) { $1 })
        #expect(replica.files == ["b": "2", "sub/a": "1"])
        #expect(replica.problems == ["other": .unreadable, "user": .unreadable])
        #expect(ssh.server.logins == before + 2)
    }
}
