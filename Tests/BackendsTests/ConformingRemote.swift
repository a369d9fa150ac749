import Backends
import Fixtures
import Model
import Testing

/// A real remote for each registered backend.
enum ConformingRemote: String, CaseIterable, CustomTestStringConvertible {
    case amazonS3 = "amazon-s3"
    case git
    case gitOverSSH = "git over SSH"
    case gitOverOldSSH = "git over SSH, version 0"
    case gitDaemon = "git daemon"
    case local

    var testDescription: String { rawValue }

    var typeName: String {
        switch self {
        case .amazonS3, .git, .local: rawValue
        case .gitOverSSH, .gitOverOldSSH, .gitDaemon: "git"
        }
    }

    func make() async throws -> any RemotePlace {
        switch self {
        case .amazonS3: BucketPlace(bucket: try S3Bucket(on: await .shared()))
        case .git: try RepositoryPlace()
        case .gitOverSSH: try SSHPlace(.two)
        case .gitOverOldSSH: try SSHPlace(.zero)
        case .gitDaemon: try DaemonPlace()
        case .local: FolderPlace(folder: try TemporaryFolder())
        }
    }

    var type: BackendType {
        get throws {
            guard let type = registeredBackends().first(where: { $0.name == typeName }) else {
                throw FixtureError("no backend is registered as \"\(typeName)\"")
            }
            return type
        }
    }
}

/// A place that a backend replicates, as a test changes it.
protocol RemotePlace: Sendable {
    /// Makes the remote hold these files and no others.
    func hold(_ files: [String: [UInt8]]) throws
    func backend() throws -> any Backend
    /// A backend for a place that does not exist, named `nowhere`.
    func missing() throws -> any Backend
}

extension RemotePlace {
    func fingerprints() async throws -> [String: Fingerprint] {
        let snapshot = try await backend().snapshot(FileSelection())
        let files = try await snapshot.drain().files
        await snapshot.close()
        return Dictionary(uniqueKeysWithValues: files.map { ($0.path.string, $0.fingerprint) })
    }
}

private struct FolderPlace: RemotePlace {
    let folder: TemporaryFolder

    func hold(_ files: [String: [UInt8]]) throws {
        let old = try Command.run(["find", folder.path, "-type", "f", "-printf", "%P\\n"])
        for line in String(decoding: old, as: UTF8.self).split(separator: "\n") where files[String(line)] == nil {
            try folder.remove(String(line))
        }
        for (path, content) in files where folder.bytes(path) != content { try folder.write(path, content) }
    }

    func backend() throws -> any Backend { try backend(folder.path) }
    func missing() throws -> any Backend { try backend(folder.path(of: "nowhere")) }

    private func backend(_ path: String) throws -> any Backend {
        try ConformingRemote.local.type.make(
            BackendConfiguration(url: SourceURL(path), parameters: [:], cacheFolder: folder.path))
    }
}

private struct BucketPlace: RemotePlace {
    let bucket: S3Bucket

    func hold(_ files: [String: [UInt8]]) throws { try bucket.hold(files) }
    func backend() throws -> any Backend { try backend(bucket.url) }
    func missing() throws -> any Backend { try backend(bucket.server.endpoint + "/nowhere") }

    private func backend(_ url: String) throws -> any Backend {
        let parameters = [
            "aws_access_key_id": bucket.server.accessKey, "aws_secret_access_key": bucket.server.secretKey,
        ]
        return try ConformingRemote.amazonS3.type.make(
            BackendConfiguration(url: SourceURL(url), parameters: parameters, cacheFolder: "/nonexistent"))
    }
}

private struct RepositoryPlace: RemotePlace {
    private let server: GitServer
    private let repository: GitRepository
    private let cache: TemporaryFolder

    init() throws {
        server = try GitServer()
        repository = try server.repository {}
        cache = try TemporaryFolder()
    }

    func hold(_ files: [String: [UInt8]]) throws { try repository.hold(files) }
    func backend() throws -> any Backend { try backend(server.url()) }
    func missing() throws -> any Backend { try backend(server.url("nowhere")) }

    private func backend(_ url: String) throws -> any Backend {
        try ConformingRemote.git.type.make(
            BackendConfiguration(url: SourceURL(url), parameters: [:], cacheFolder: cache.path))
    }
}

private struct SSHPlace: RemotePlace {
    private let fixture: SSHFixture
    private let repository: GitRepository

    init(_ version: SSHServer.Version) throws {
        fixture = try SSHFixture(version)
        repository = try fixture.server.repository {}
    }

    func hold(_ files: [String: [UInt8]]) throws { try repository.hold(files) }
    func backend() throws -> any Backend { try fixture.backend() }
    func missing() throws -> any Backend { try fixture.backend(fixture.server.url("nowhere")) }
}

private struct DaemonPlace: RemotePlace {
    private let daemon: GitDaemon
    private let repository: GitRepository
    private let cache: TemporaryFolder

    init() throws {
        daemon = try GitDaemon()
        repository = try daemon.repository {}
        cache = try TemporaryFolder()
    }

    func hold(_ files: [String: [UInt8]]) throws { try repository.hold(files) }
    func backend() throws -> any Backend { try backend(daemon.url()) }
    func missing() throws -> any Backend { try backend(daemon.url("nowhere")) }

    private func backend(_ url: String) throws -> any Backend {
        try ConformingRemote.git.type.make(
            BackendConfiguration(url: SourceURL(url), parameters: [:], cacheFolder: cache.path))
    }
}

extension GitRepository {
    /// Commits these files and no others.
    fileprivate func hold(_ files: [String: [UInt8]]) throws {
        try git("rm", "-rfq", "--ignore-unmatch", ".")
        for (path, content) in files { try write(path, content) }
        try commit([:])
    }
}
