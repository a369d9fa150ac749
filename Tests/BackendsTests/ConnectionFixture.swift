import Backends
import Fixtures
import Model
import Synchronization

/// Connecting as a data source of the type does it, settings, environment and all.
enum Connecting {
    static func backend(
        _ url: String, _ parameters: [String: String] = [:], type: BackendType = .git,
        environment: [String: String] = [:], cache: TemporaryFolder
    ) throws -> any Backend {
        try type.make(
            BackendConfiguration(
                url: SourceURL(url), parameters: parameters, cacheFolder: cache.path, environment: environment))
    }

    /// The files at `url`, once.
    static func files(
        _ url: String, _ parameters: [String: String] = [:], type: BackendType = .git,
        environment: [String: String] = [:]
    ) async throws -> [String: String] {
        let cache = try TemporaryFolder()
        let backend = try backend(url, parameters, type: type, environment: environment, cache: cache)
        return try await Replica(of: backend).files
    }

    /// The error that testing the way to `url` ends with, after the steps before it.
    static func steps(
        _ url: String, _ parameters: [String: String] = [:], type: BackendType = .git,
        environment: [String: String] = [:]
    ) async throws -> [ConnectionStep] {
        let cache = try TemporaryFolder()
        let backend = try backend(url, parameters, type: type, environment: environment, cache: cache)
        let steps = Mutex<[ConnectionStep]>([])
        await backend.test(FileSelection()) { step in steps.withLock { $0.append(step) } }
        return steps.withLock { $0 }
    }

    /// Without retries: the error of one look at `url`.
    static func failure(
        _ url: String, _ parameters: [String: String] = [:], type: BackendType = .git,
        environment: [String: String] = [:]
    ) async throws -> BackendError? {
        guard
            case .failure(let error) = try await steps(url, parameters, type: type, environment: environment)
                .last?.outcome
        else { return nil }
        return error
    }
}
