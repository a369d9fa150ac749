import Backends
import Fixtures
import Foundation
import Model
import Synchronization
import Testing

@Suite struct GitDaemonTests {
    private let daemon: GitDaemon
    private let cache: TemporaryFolder

    init() throws {
        daemon = try GitDaemon()
        cache = try TemporaryFolder()
    }

    private func backend(_ url: String, _ parameters: [String: String] = [:]) throws -> any Backend {
        try BackendType.git.make(
            BackendConfiguration(url: SourceURL(url), parameters: parameters, cacheFolder: cache.path))
    }

    @Test func `a git daemon is replicated over one connection`() async throws {
        let repository = try daemon.repository { commit(["a": "1", "b/c": "2"]) }
        #expect(try await Replica(of: backend(daemon.url())).files == ["a": "1", "b/c": "2"])
        #expect(daemon.requests == 1)
        try repository.commit(["a": "3"])
        #expect(try await Replica(of: backend(daemon.url())).files == ["a": "3", "b/c": "2"])
        #expect(daemon.requests == 2)
        #expect(try await backend(daemon.url()).currentRevision()?.id == (try repository.head))
        #expect(daemon.requests == 3)
    }

    @Test func `a repository that the daemon does not serve is an error that names it`() async throws {
        let error = await backendError { _ = try await Replica(of: backend(daemon.url("absent"))) }
        #expect(error?.cause == .notFound)
        #expect(error?.reason.contains("absent") == true, "\(error?.reason ?? "")")
        #expect(error?.retry == .never)
    }

    @Test(arguments: [4_096, 70_000, 1_000_000])
    func `an address that no packet could hold is refused`(_ length: Int) async throws {
        let url = daemon.url(String(repeating: "a", count: length))
        let error = await backendError { _ = try await backend(url).currentRevision() }
        #expect(error?.cause == .settings)
    }

    @Test func `nobody listening and a name without an address are told apart`() async throws {
        let port = try FreePort()
        let nobody = await backendError {
            _ = try await backend("git://127.0.0.1:\(port.number)/x.git").currentRevision()
        }
        #expect(nobody?.cause == .connection)
        #expect(nobody?.reason.contains("Connection refused") == true, "\(nobody?.reason ?? "")")
        let nowhere = await backendError { _ = try await backend("git://no.such.invalid/x.git").currentRevision() }
        #expect(nowhere?.cause == .connection)
        #expect(nowhere?.reason.contains("has no address") == true, "\(nowhere?.reason ?? "")")
    }

    @Test func `a test of the connection reports each step, and stops at the one that fails`() async throws {
        let repository = try daemon.repository { commit("a", "1") }
        func steps(_ url: String) async throws -> [ConnectionStep] {
            let steps = Mutex<[ConnectionStep]>([])
            try await backend(url).test(FileSelection()) { step in steps.withLock { $0.append(step) } }
            return steps.withLock { $0 }
        }
        let whole = try await steps(daemon.url())
        #expect(whole.map(\.name) == [.resolve, .connect, .repository, .ref, .listing])
        #expect(try whole[3].outcome.get() == "commit \(try repository.head.prefix(12))")
        #expect(daemon.requests == 1)
        let absent = try await steps(daemon.url("absent"))
        #expect(absent.map(\.name) == [.resolve, .connect, .repository])
        #expect(absent.map(\.hasFailed) == [false, false, true])
        let nobody = try await steps("git://127.0.0.1:\(try FreePort().number)/x")
        #expect(nobody.map(\.name) == [.resolve, .connect])
        #expect(nobody.map(\.hasFailed) == [false, true])
        #expect(try await steps("git://no.such.invalid/x").map(\.name) == [.resolve])
    }

    @Test(arguments: [
        ["username": "ada"], ["password": "planted"], ["ssh_key": "planted PRIVATE KEY-----"],
        ["proxy": "http://127.0.0.1:1"],
    ])
    func `credentials and proxies are refused, not dropped`(_ parameters: [String: String]) async throws {
        let error = await backendError { _ = try backend("git://127.0.0.1/x.git", parameters) }
        #expect(error?.cause == .settings)
        #expect(error?.description.contains("planted") == false)
    }

    @Test func `a source with a git URL is listed with a warning`() throws {
        func warnings(_ url: String) throws -> [String] {
            BackendType.git.warnings(
                DataSourceSettings(name: try SourceName("a"), type: "git", sourceURL: SourceURL(url)))
        }
        #expect(try warnings("git://host/x.git").first?.contains("neither encrypted nor authenticated") == true)
        #expect(try warnings("https://host/x.git").isEmpty)
    }
}
