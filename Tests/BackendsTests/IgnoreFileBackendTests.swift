import Backends
import Fixtures
import Foundation
import Model
import Testing

/// What may stand in place of an ignore file, in each kind of remote.
@Suite struct IgnoreFileBackendTests {
    private static let obeying = FileSelection(usesIgnoreFile: true)

    private func error(_ backend: any Backend) async -> BackendError? {
        await backendError { _ = try await backend.snapshot(Self.obeying).drain() }
    }

    @Test(arguments: ["link", "folder", "fifo"]) func `on disk only a regular file will do`(_ kind: String) async throws
    {
        let folder = try TemporaryFolder()
        try folder.write("a", "1")
        let path = folder.path(of: ".sluiceignore")
        switch kind {
        case "link": try folder.link(".sluiceignore", to: "a")
        case "folder": try folder.folder(".sluiceignore")
        default: try Command.run(["mkfifo", path])
        }
        let error = await error(LocalBackend(try LocalURL(SourceURL(folder.path))))
        #expect(error?.cause == .malformed)
        #expect(error?.reason.contains("\".sluiceignore\"") == true)
        let clause = ["link": "it is a symbolic link", "folder": "it is a folder", "fifo": "it is a FIFO"][kind]
        #expect(error?.reason.hasSuffix(clause ?? "?") == true, "\(error?.reason ?? "")")
    }

    @Test(arguments: ["link", "folder", "module", "pointer"])
    func `in a repository only a regular file will do`(_ kind: String) async throws {
        let fixture = try GitFixture()
        let repository = try fixture.server.repository { commit("a", "1") }
        let path = repository.path + "/.sluiceignore"
        var clause: String
        switch kind {
        case "link":
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "a")
            clause = "it is a symbolic link"
        case "folder":
            try repository.write(".sluiceignore/x", "*")
            clause = "it is a folder"
        case "module":
            try repository.git("update-index", "--add", "--cacheinfo", "160000,\(try repository.head),.sluiceignore")
            clause = "it is a submodule"
        default:
            try repository.write(".sluiceignore", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")
            clause = "it is a git LFS pointer"
        }
        if kind != "module" { try repository.git("add", "-A") }
        try repository.git("commit", "-q", "-m", "odd one")
        for url in [fixture.server.url(), repository.path] {
            let error = await error(try fixture.backend(url))
            #expect(error?.cause == .malformed)
            #expect(error?.reason.hasSuffix(clause) == true, "\(error?.reason ?? "")")
        }
    }

    @Test func `in a repository it lies at the root of the sub-path, and comes from the commit that is listed`()
        async throws
    {
        let fixture = try GitFixture()
        let repository = try fixture.server.repository {
            commit([".sluiceignore": "*", "sub/.sluiceignore": "*.md", "sub/a": "1", "sub/b.md": "2"])
            git("tag", "v1.0.0")
            commit("sub/.sluiceignore", "a")
        }
        for url in [fixture.server.url(), repository.path] {
            for (parameters, files) in [
                (["sub_path": "sub"], ["b.md"]), (["sub_path": "sub", "tag_range": "1.x"], ["a"]),
            ] {
                let replica = try await Replica(of: fixture.backend(url, parameters), Self.obeying)
                #expect(Array(replica.files.keys) == files)
            }
            #expect(try await Replica(of: fixture.backend(url), Self.obeying).files.isEmpty)
        }
    }

    @Test(arguments: [GitServer.Variant.full, .withoutFilter, .versionZero])
    func `it is obeyed whatever the server can do`(_ variant: GitServer.Variant) async throws {
        let fixture = try GitFixture(variant)
        let repository = try fixture.server.repository { commit([".sluiceignore": "*.md", "a": "1", "b.md": "2"]) }
        #expect(try await Replica(of: fixture.backend(), Self.obeying).files == ["a": "1"])
        try repository.commit([".sluiceignore": "a"])
        #expect(try await Replica(of: fixture.backend(), Self.obeying).files == ["b.md": "2"])
    }

    /// A server that refuses the file, or has a fault, has not said that there is none.
    @Test(arguments: [
        (403, "AccessDenied", BackendError.Cause.local), (404, "NoSuchBucket", .notFound), (404, "", .notFound),
        (500, "InternalError", .unavailable), (503, "SlowDown", .unavailable),
    ])
    func `in a bucket only a plain no means that there is none`(
        _ status: Int, _ code: String, _ cause: BackendError.Cause
    ) async throws {
        let listing = """
            <ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key><Size>1</Size>\
            <ETag>"e"</ETag></Contents></ListBucketResult>
            """
        func server(_ status: Int, _ code: String) throws -> ScriptedServer {
            try ScriptedServer { request, _ in
                guard request.target.hasSuffix("/.sluiceignore") else { return ScriptedServer.answer(listing.utf8) }
                let body = code.isEmpty ? "" : "<Error><Code>\(code)</Code></Error>"
                return ScriptedServer.answer(body.utf8, status: status)
            }
        }
        func backend(_ server: ScriptedServer) throws -> S3Backend {
            S3Backend(
                try S3Location(SourceURL(server.url + "/bucket")), credentials: nil,
                retry: .once)
        }
        let broken = try server(status, code)
        let error = await error(try backend(broken))
        #expect(error?.cause == cause, "\(error?.reason ?? "no error")")
        #expect(broken.requests.allSatisfy { $0.target.hasSuffix("/.sluiceignore") })
        let plain = try server(404, "NoSuchKey")
        #expect(try await backend(plain).snapshot(Self.obeying).drain().files.count == 1)
        #expect(plain.requests.map { $0.target.hasSuffix("/.sluiceignore") } == [true, false])
    }
}
