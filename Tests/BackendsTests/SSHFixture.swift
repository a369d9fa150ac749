import Backends
import Fixtures
import Foundation
import Model

/// An SSH server, a key that it lets in, a cache folder, and backends between them.
struct SSHFixture {
    let server: SSHServer
    let key: SSHKeyPair
    let cache: TemporaryFolder

    init(
        _ version: SSHServer.Version = .two, key: SSHKeyPair? = nil, hostKeys: [String] = ["ed25519"],
        command: String? = nil
    ) throws {
        server = try SSHServer(version, hostKeys: hostKeys, command: command)
        self.key = try key ?? SSHKeyPair()
        cache = try TemporaryFolder()
        try server.authorize(self.key)
    }

    /// Enough to get in.
    var trusted: [String: String] { ["ssh_key": key.privateText, "ssh_host_keys": server.hostKey()] }

    func backend(
        _ url: String? = nil, _ parameters: [String: String]? = nil, environment: [String: String] = [:]
    ) throws -> any Backend {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return try BackendType.git.make(
            BackendConfiguration(
                url: SourceURL(url ?? server.url()), parameters: parameters ?? trusted, cacheFolder: cache.path,
                environment: ["PATH": path, "HOME": cache.path].merging(environment) { $1 },
                sourceName: SourceName(stored: "core")))
    }

    func replica(
        _ url: String? = nil, _ parameters: [String: String]? = nil, environment: [String: String] = [:]
    ) async throws -> Replica {
        try await Replica(of: backend(url, parameters, environment: environment))
    }

    /// What goes wrong with these settings.
    func error(
        _ url: String? = nil, _ parameters: [String: String]? = nil, environment: [String: String] = [:]
    ) async -> BackendError? {
        await backendError { _ = try await replica(url, parameters, environment: environment) }
    }
}
