import Backends
import Fixtures
import Foundation
import Model
import Testing

@Suite struct SSHBackendTests {
    @Test(arguments: [SSHServer.Version.two, .zero])
    func `a first fetch over SSH brings every file`(_ version: SSHServer.Version) async throws {
        let fixture = try SSHFixture(version)
        let repository = try fixture.server.repository {
            commit(["a.yaml": "x: 1", "dir/b.j2": "{{ b }}", ".hidden": "no"])
        }
        let replica = try await fixture.replica()
        #expect(replica.files == ["a.yaml": "x: 1", "dir/b.j2": "{{ b }}"])
        #expect(replica.revision?.revision.id == (try repository.head))
        #expect(replica.bytesTransferred > 0)
        #expect(fixture.server.logins == 1)
    }

    @Test(arguments: [SSHServer.Version.two, .zero])
    func `a look at an unchanged remote is one login`(_ version: SSHServer.Version) async throws {
        let fixture = try SSHFixture(version)
        let repository = try fixture.server.repository { commit("a.yaml", "x: 1") }
        _ = try await fixture.replica()
        let before = fixture.server.logins
        #expect(try await fixture.backend().currentRevision()?.id == (try repository.head))
        #expect(fixture.server.logins == before + 1)
    }

    @Test(arguments: [SSHServer.Version.two, .zero])
    func `a look and a sync after it share one login`(_ version: SSHServer.Version) async throws {
        let fixture = try SSHFixture(version)
        _ = try fixture.server.repository { commit("a.yaml", "x: 1") }
        let backend = try fixture.backend()
        _ = try await backend.currentRevision()
        #expect(try await Replica(of: backend).files == ["a.yaml": "x: 1"])
        #expect(fixture.server.logins == 1)
    }

    @Test(arguments: [SSHServer.Version.two, .zero])
    func `a later fetch over SSH brings what changed, even after a force push`(
        _ version: SSHServer.Version
    ) async throws {
        let fixture = try SSHFixture(version)
        let repository = try fixture.server.repository {
            commit(["a": "1", "b": "2", "c/d": "3"])
            commit("a", "4")
        }
        #expect(try await fixture.replica().files == ["a": "4", "b": "2", "c/d": "3"])
        try repository.commit(["b": "5"])
        #expect(try await fixture.replica().files == ["a": "4", "b": "5", "c/d": "3"])
        try repository.git("reset", "-q", "--hard", "HEAD~2")
        try repository.commit(["e": "6"])
        try repository.git("reflog", "expire", "--expire=now", "--all")
        try repository.git("gc", "-q", "--prune=now")
        #expect(try await fixture.replica().files == ["a": "1", "b": "2", "c/d": "3", "e": "6"])
    }
}
