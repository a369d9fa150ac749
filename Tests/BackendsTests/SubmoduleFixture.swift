import Backends
import Fixtures
import Foundation
import Model

/// A repository with submodules, and backends that follow them.
struct SubmoduleFixture {
    let fixture: GitFixture

    init(_ variant: GitServer.Variant = .full) throws { fixture = try GitFixture(variant) }

    var server: GitServer { fixture.server }

    func replica(
        _ parameters: [String: String] = [:], url: String? = nil, rules: String = ""
    ) async throws -> Replica {
        try await fixture.replica(url, ["submodules": "true"].merging(parameters) { $1 }, rules: rules)
    }
}

extension GitRepository {
    /// Puts the present commit of another repository at `path`, without a checkout.
    ///
    /// - Parameter commit: in place of the other's HEAD.
    func addModule(_ path: String, _ url: String, of other: GitRepository, at commit: String? = nil) throws {
        try git("config", "-f", ".gitmodules", "submodule.\(path).path", path)
        try git("config", "-f", ".gitmodules", "submodule.\(path).url", url)
        try pin(path, to: commit ?? other.head)
    }

    func pin(_ path: String, to commit: String) throws {
        try git("add", ".gitmodules")
        try git("update-index", "--add", "--cacheinfo", "160000,\(commit),\(path)")
        try git("commit", "-q", "-m", "module")
    }
}
