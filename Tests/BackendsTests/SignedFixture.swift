import Backends
import Fixtures
import Foundation
import Model
import Testing

/// A served repository whose commits are signed or not, and backends that ask for signatures.
struct SignedFixture {
    let fixture: GitFixture
    let repository: GitRepository
    /// Where programs leave their files meanwhile.
    let scratch: TemporaryFolder

    init(_ variant: GitServer.Variant = .full) throws {
        fixture = try GitFixture(variant)
        repository = try fixture.server.repository { commit(["a": "1", "b/c": "2"]) }
        scratch = try TemporaryFolder("sluice-scratch")
    }

    func change(to content: String, signing options: [String]) throws {
        try repository.write("a", content)
        try repository.git("add", "-A")
        try repository.run(options + ["commit", "-q", "-S", "-m", "signed\n\nwith more\n\n  lines"])
    }

    /// What a commit of the present files would be, unsigned.
    func unsignedCommit(_ message: String = "by hand\n") throws -> String {
        let tree = try repository.git("rev-parse", "HEAD^{tree}")
        let person = "Ada <ada@example.net> 1772600767 +0000"
        return "tree \(tree)\nauthor \(person)\ncommitter \(person)\n\n\(message)"
    }

    /// Makes `main` a commit of exactly this content.
    @discardableResult
    func follow(_ raw: String) throws -> String {
        let id = try repository.run(["hash-object", "-t", "commit", "-w", "--stdin"], input: raw)
        try repository.git("update-ref", "refs/heads/main", id)
        return id
    }

    /// `commit` with `signature` in a header of this name.
    func adding(_ signature: String, to commit: String, header: String = "gpgsig") -> String {
        let lines = signature.split(separator: "\n", omittingEmptySubsequences: false)
        let folded = lines.dropLast(lines.last == "" ? 1 : 0).joined(separator: "\n ")
        return commit.replacing("\n\n", with: "\n\(header) \(folded)\n\n", maxReplacements: 1)
    }

    func backend(
        _ signers: String, branch: String? = nil, url: String? = nil, environment: [String: String] = [:]
    ) throws -> any Backend {
        var parameters = ["signers": signers]
        parameters["branch"] = branch
        return try BackendType.git.make(
            BackendConfiguration(
                url: SourceURL(url ?? fixture.server.url()), parameters: parameters, cacheFolder: fixture.cache.path,
                environment: ["TMPDIR": scratch.path].merging(environment) { $1 }))
    }

    func files(_ signers: String, branch: String? = nil, url: String? = nil) async throws -> [String: String] {
        try await Replica(of: backend(signers, branch: branch, url: url)).files
    }

    /// Why a revision is refused; nil, which no test expects, when it is not.
    func refusal(_ signers: String, branch: String? = nil, url: String? = nil) async throws -> String? {
        let backend = try backend(signers, branch: branch, url: url)
        let error = await backendError { _ = try await backend.snapshot(FileSelection()) }
        #expect(error?.cause == .signature)
        #expect(error?.advice != nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
        return error?.reason
    }
}
