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

    @Test func `every form of address leads to the repository, whatever its path holds`() async throws {
        let fixture = try SSHFixture()
        let name = "it's $(a) !core `x` %41"
        _ = try fixture.server.repository(name) { commit("a", "1") }
        let path = fixture.server.path(name)
        let encoded = path.replacing("%", with: "%25").replacing(" ", with: "%20").replacing("`", with: "%60")
        let place = "127.0.0.1:\(fixture.server.port.number)"
        for url in [
            "ssh://\(SSHServer.user)@\(place)\(encoded)", "GIT+SSH://\(place)\(encoded)",
            "\(SSHServer.user)@[\(place)]:\(path)", "[\(place)]:\(path)",
        ] {
            var parameters = fixture.trusted
            if !url.contains("@") { parameters["username"] = SSHServer.user }
            #expect(try await fixture.replica(url, parameters).files == ["a": "1"], "\(url)")
        }
    }

    @Test(arguments: [SSHServer.Version.two, .zero])
    func `branch, tag and commit id are followed over SSH`(_ version: SSHServer.Version) async throws {
        let fixture = try SSHFixture(version)
        let repository = try fixture.server.repository {
            commit("v", "tagged")
            git("tag", "-a", "-m", "noted", "noted")
            git("branch", "side")
            commit("v", "main")
        }
        try repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
        let tagged = try repository.git("rev-parse", "side")
        for name in ["noted", "side", "refs/heads/side", tagged] {
            let parameters = fixture.trusted.merging(["branch": name]) { $1 }
            #expect(try await fixture.replica(nil, parameters).files == ["v": "tagged"], "\(name)")
        }
        let absent = await fixture.error(nil, fixture.trusted.merging(["branch": "absent"]) { $1 })
        #expect(absent?.cause == .notFound)
        #expect(absent?.reason.contains("\"absent\"") == true)
    }

    @Test func `a commit id that the mirror has needs no login`() async throws {
        let fixture = try SSHFixture()
        let repository = try fixture.server.repository { commit("a", "1") }
        let parameters = fixture.trusted.merging(["branch": try repository.head]) { $1 }
        _ = try await fixture.replica(nil, parameters)
        let before = fixture.server.logins
        #expect(try await fixture.replica(nil, parameters).files == ["a": "1"])
        #expect(fixture.server.logins == before)
    }

    @Test(arguments: [
        ("git-upload-pack: command not found", 127, BackendError.Cause.notFound, "has no git"),
        ("ERROR: Repository not found.", 1, .notFound, "may not see it"),
        ("remote: The project you were looking for could not be found.", 1, .notFound, "may not see it"),
        ("fatal: out of memory", 128, .unavailable, "out of memory"),
    ])
    func `what the server's command says is understood`(
        _ said: String, _ status: Int, _ cause: BackendError.Cause, _ part: String
    ) async throws {
        let fixture = try SSHFixture(command: "echo '\(said)' >&2; exit \(status)")
        let error = await fixture.error()
        #expect(error?.cause == cause, "\(error?.reason ?? "")")
        #expect(error?.reason.contains(part) == true, "\(error?.reason ?? "")")
        #expect(error?.reason.contains("debug1") == false)
    }
}
