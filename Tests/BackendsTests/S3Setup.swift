import Backends
import Fixtures
import Model

/// A bucket as a data source and the machine around it describe it.
struct S3Setup {
    var url: String
    var parameters: [String: String] = [:]
    /// Nothing of this process's own; a machine without metadata, unless a test gives it one.
    var environment = ["AWS_EC2_METADATA_DISABLED": "true"]

    init(_ url: String, _ parameters: [String: String] = [:], environment: [String: String] = [:]) {
        self.url = url
        self.parameters = parameters
        self.environment.merge(environment) { $1 }
    }

    var backend: any Backend {
        get throws {
            try BackendType.amazonS3.make(
                BackendConfiguration(
                    url: SourceURL(url), parameters: parameters, cacheFolder: "/nonexistent", environment: environment))
        }
    }

    /// The paths of a whole listing, each file read too.
    @discardableResult
    func list() async throws -> [String] {
        let snapshot = try await backend.snapshot(FileSelection())
        let files = try await snapshot.drain().files
        for file in files { _ = try await snapshot.content(of: file) }
        await snapshot.close()
        return files.map(\.path.string)
    }

    /// Why it cannot be listed.
    func failure() async -> BackendError? {
        do {
            try await list()
            return nil
        } catch {
            return error as? BackendError
        }
    }
}
