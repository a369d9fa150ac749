import Fixtures
import Foundation
import Model
import Stages
import Testing

/// A store with a source of each kind, and remotes whose content is known by number.
final class CrashWorld {
    enum Remote: String, CaseIterable { case disk, git, bucket }

    let program: Program
    private let repository: GitRepository
    private let server: GitServer
    private let bucket: S3Bucket
    /// The version that each remote has.
    private(set) var versions: [Remote: Int] = [:]

    private static let fileCount = 120

    init() async throws {
        let radosgw = try await Radosgw.shared()
        program = try Program(environment: ["KEY": radosgw.accessKey, "SECRET": radosgw.secretKey])
        server = try GitServer()
        repository = try server.repository { commit("README", "begin") }
        bucket = try S3Bucket(on: radosgw)
        for remote in Remote.allCases { try move(remote) }
        #expect(try register(1).status == 0)
        for remote in Remote.allCases { #expect(try program.sluice("sync", remote.rawValue).status == 0) }
        #expect(try program.sluice("apply", "--all", "--yes").status == 0)
    }

    /// Moves a remote on to its next version: some files change, one goes, one comes.
    func move(_ remote: Remote) throws {
        let version = versions[remote, default: 0] + 1
        let files = Self.files(of: version)
        let old = version == 1 ? [:] : Self.files(of: version - 1)
        let changed = files.filter { old[$0.key] != $0.value }
        let removed = old.keys.filter { files[$0] == nil }
        switch remote {
        case .disk:
            for (path, content) in changed { try program.root.write(path, content) }
            for path in removed { try FileManager.default.removeItem(atPath: program.root.path(of: path)) }
        case .git:
            if !removed.isEmpty { try repository.run(["rm", "-q"] + removed) }
            _ = try repository.commit(changed)
        case .bucket: try bucket.hold(files.mapValues { Array($0.utf8) })
        }
        versions[remote] = version
    }

    static func files(of version: Int) -> [String: String] {
        var files: [String: String] = [:]
        for index in 0..<fileCount {
            let changed = index % 3 == 0 ? version : version / 5
            files["t/\(index).j2"] = "\(index) in version \(changed)\n" + String(repeating: "x", count: index * 37)
        }
        files["t/only-\(version).j2"] = "of version \(version)"
        return files
    }

    /// The digest of every file that the store has of a source.
    func digests(of remote: Remote) throws -> [String: String] {
        let listing = try program.sluice("file", "list", remote.rawValue, "--format", "json").json()
        guard case .array(let files) = listing else { return [:] }
        var digests: [String: String] = [:]
        for file in files {
            guard case .string(let path)? = file["path"], case .string(let hash)? = file["hash"] else { continue }
            digests[path] = hash
        }
        return digests.filter { $0.key.hasPrefix("t/") }
    }

    static func digests(ofVersion version: Int) -> [String: String] {
        files(of: version).mapValues { Digest(sha256: $0.utf8).hex }
    }

    /// Registers one of two declarations in turn: the second has other objects and another weight.
    func declaration(_ number: Int) -> String {
        let objects = (0..<40).map { index in
            #"{"name": "kept-\#(number % 2)-\#(index)", "weight": \#(number), "data": {"n": \#(index)}}"#
        }
        return """
            {"data_sources": [
                {"name": "disk", "type": "local", "source_url": "\(program.root.path)"},
                {"name": "git", "type": "git", "source_url": "\(server.web.url)/core.git"},
                {"name": "bucket", "type": "amazon-s3", "source_url": "\(bucket.url)", "description": "\(number)",
                 "parameters": {"aws_access_key_id": {"env": "KEY"}, "aws_secret_access_key": {"env": "SECRET"}}}],
             "config_templates": [
                {"name": "followed", "data_source": "disk", "data_path": "t/0.j2"},
                \((1..<50).map { #"{"name": "t\#($0)", "data_source": "disk", "data_path": "t/\#($0 * 2).j2"}"# }
                    .joined(separator: ",\n"))],
             "config_contexts": [\(objects.joined(separator: ",\n"))]}
            """
    }

    func register(_ number: Int) throws -> Program.Result {
        try program.register(declaration(number), "--prune", "--yes")
    }

    /// Sources that somebody still seems to sync.
    func stuckSources() throws -> [String] {
        guard case .array(let sources) = try program.sluice("source", "list", "--format", "json").json() else {
            return ["none can be listed"]
        }
        return sources.compactMap { source in
            source["status"] == "syncing" ? source["name"].map { "\($0)" } : nil
        }
    }
}
