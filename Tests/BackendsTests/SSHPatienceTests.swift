import Backends
import Fixtures
import Foundation
import Model
import Testing

/// Time limits and cancellation, over servers that keep silent.
@Suite struct SSHPatienceTests {
    private func error(_ fixture: SSHFixture, _ parameters: [String: String]) async -> BackendError? {
        await backendError {
            _ = try await fixture.backend(nil, fixture.trusted.merging(parameters) { $1 }).currentRevision()
        }
    }

    @Test func `a server that says nothing after the login is given up when the stall time ends`() async throws {
        let fixture = try SSHFixture(command: "sleep 600")
        let error = await error(fixture, ["stall_time": "200ms"])
        #expect(error?.cause == .timeout)
        #expect(error?.reason.contains("stopped sending") == true, "\(error?.reason ?? "")")
        // The way there is open: it is no use to look at the firewall.
        #expect(error?.advice?.contains("`stall_time`") == true)
        #expect(try processes(of: fixture).isEmpty)
    }

    @Test func `a server that speaks to people is quoted`() async throws {
        let fixture = try SSHFixture(command: "printf 'This account is currently\\nnot \\033[31mavailable.\\n'; exit 1")
        let error = await error(fixture, [:])
        #expect(error?.cause == .malformed)
        let words = "it begins with \"This account is currently; not \\x1b[31mavailable.\""
        #expect(error?.reason.contains(words) == true, "\(error?.reason ?? "")")
    }

    @Test func `a server that only drips is given up when the total time ends`() async throws {
        let fixture = try SSHFixture(command: "printf '000eversion 2\\n'; while sleep 0.05; do printf 0006x=; done")
        let error = await error(fixture, ["stall_time": "60s", "total_timeout": "1s"])
        #expect(error?.cause == .timeout)
        #expect(error?.reason.contains("in time") == true, "\(error?.reason ?? "")")
    }

    @Test func `a port that accepts and says nothing is given up when the time to connect ends`() async throws {
        let silent = try SilentPort()
        let fixture = try SSHFixture()
        let parameters = fixture.trusted.merging(["connect_timeout": "1s"]) { $1 }
        let error = await backendError {
            _ = try await fixture.backend("ssh://git@127.0.0.1:\(silent.port.number)/x", parameters).currentRevision()
        }
        #expect(error?.cause == .timeout)
        #expect(error?.reason.contains("took too long") == true, "\(error?.reason ?? "")")
        let cache = try TemporaryFolder()
        let daemon = try BackendType.git.make(
            BackendConfiguration(
                url: SourceURL("git://127.0.0.1:\(silent.port.number)/x"), parameters: ["stall_time": "200ms"],
                cacheFolder: cache.path))
        #expect(await backendError { _ = try await daemon.currentRevision() }?.cause == .timeout)
    }

    @Test func `cancelling ends ssh at once, without a trace`() async throws {
        let fixture = try SSHFixture(command: "sleep 600")
        let backend = try fixture.backend()
        let look = Task { try await backend.currentRevision() }
        var found: String?
        while fixture.server.logins == 0 || found == nil {
            try await Task.sleep(for: .milliseconds(5))
            found = try processes(of: fixture).first
        }
        let process = try #require(found)
        let start = ContinuousClock.now
        look.cancel()
        await #expect(throws: CancellationError.self) { try await look.value }
        #expect(ContinuousClock.now - start < .seconds(5))
        // Not even as a zombie.
        #expect(!FileManager.default.fileExists(atPath: "/proc/\(process)"))
    }

    @Test func `no ssh is left when a snapshot is closed`() async throws {
        let fixture = try SSHFixture()
        _ = try fixture.server.repository { commit("a", "1") }
        let snapshot = try await fixture.backend().snapshot(FileSelection())
        #expect(try processes(of: fixture).count == 1)
        await snapshot.close()
        let end = ContinuousClock.now + .seconds(10)
        while try !processes(of: fixture).isEmpty, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try processes(of: fixture).isEmpty)
    }

    @Test func `a repository served without version 2 leaves out blobs where the server lets it`() async throws {
        let fixture = try SSHFixture(.zero)
        let large = (0..<40_000).map { "\($0 &* 2_654_435_761)\n" }.joined()
        let repository = try fixture.server.repository { commit(["a": "1", "out/large": large]) }
        func bytes() async throws -> Int64 {
            let cache = try TemporaryFolder()
            let backend = try BackendType.git.make(
                BackendConfiguration(
                    url: SourceURL(fixture.server.url()), parameters: fixture.trusted, cacheFolder: cache.path,
                    environment: ["PATH": "/usr/bin:/bin"]))
            let replica = try await Replica(of: backend, FileSelection(rules: IgnoreRules("out/*")))
            #expect(replica.files == ["a": "1"])
            return replica.bytesTransferred
        }
        #expect(try await bytes() > 50_000)
        try repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
        #expect(try await bytes() < 10_000)
    }

    /// The numbers of the ssh processes that go to the fixture's server.
    private func processes(of fixture: SSHFixture) throws -> [String] {
        let port = String(fixture.server.port.number)
        return try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { process in
            guard Int(process) != nil else { return false }
            let words = (FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data())
                .split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return words.first == "ssh" && words.contains(port)
        }
    }
}
