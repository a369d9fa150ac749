import Backends
import Fixtures
import Foundation
import Model
import Synchronization

/// A git server, a cache folder, and backends between them.
struct GitFixture {
    let server: GitServer
    let cache: TemporaryFolder

    init(
        _ variant: GitServer.Variant = .full, redirect: String = "/", largeFiles: GiftlessServer? = nil
    ) throws {
        server = try GitServer(variant, redirect: redirect, largeFiles: largeFiles)
        cache = try TemporaryFolder()
    }

    func backend(_ url: String? = nil, _ parameters: [String: String] = [:]) throws -> any Backend {
        try BackendType.git.make(
            BackendConfiguration(
                url: SourceURL(url ?? server.url()), parameters: parameters, cacheFolder: cache.path))
    }

    func replica(
        _ url: String? = nil, _ parameters: [String: String] = [:], rules: String = "", sizeLimit: Int64 = 1 << 20
    ) async throws -> Replica {
        try await Replica(
            of: backend(url, parameters),
            FileSelection(rules: IgnoreRules(rules), sizeLimitInBytes: sizeLimit))
    }

    /// The mirror's repositories.
    var mirrors: [String] {
        let root = cache.path + "/git"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.filter { $0 != "salt" }.map { root + "/" + $0 + "/repository" }
    }

    /// All bytes that the backend has written anywhere.
    func everythingWritten() -> [(name: String, content: Data)] {
        let names = FileManager.default.enumerator(atPath: cache.path)?.compactMap { $0 as? String } ?? []
        return names.compactMap { name in
            FileManager.default.contents(atPath: cache.path + "/" + name).map { (name, $0) }
        }
    }
}

/// All that one snapshot shows.
struct Replica {
    private(set) var files: [String: String] = [:]
    private(set) var problems: [String: FileProblem.Kind] = [:]
    /// Of files that could not be read.
    private(set) var reasons: [String: String] = [:]
    private(set) var paths: [RelativePath] = []
    private(set) var pageSizes: [Int] = []
    private(set) var fingerprints: [String: Fingerprint] = [:]
    let revision: RevisionDetails?
    let bytesTransferred: Int64

    init(of backend: any Backend, _ selection: FileSelection = FileSelection()) async throws {
        let snapshot = try await backend.snapshot(selection)
        do {
            revision = snapshot.revision
            var listed: [RemoteFile] = []
            while let page = try await snapshot.nextPage() {
                pageSizes.append(page.files.count + page.problems.count)
                listed += page.files
                for problem in page.problems { problems[problem.name.description] = problem.kind }
            }
            paths = listed.map(\.path)
            let readable = listed.filter { $0.problem == nil }
            for file in listed { problems[file.path.string] = file.problem?.kind }
            for file in readable { fingerprints[file.path.string] = file.fingerprint }
            try await snapshot.prefetch(readable)
            for file in readable {
                let content = Mutex<[UInt8]>([])
                do {
                    try await snapshot.read(file) { piece in content.withLock { $0 += piece } }
                    files[file.path.string] = String(decoding: content.withLock { $0 }, as: UTF8.self)
                } catch let problem as FileProblem {
                    problems[file.path.string] = problem.kind
                    reasons[file.path.string] = problem.reason
                }
            }
            bytesTransferred = snapshot.bytesTransferred
            await snapshot.close()
        } catch {
            await snapshot.close()
            throw error
        }
    }
}

/// The ``BackendError`` that `body` throws.
func backendError(_ body: () async throws -> Void) async -> BackendError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? BackendError
    }
}
