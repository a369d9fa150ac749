import Backends
import Fixtures
import Foundation
import Model
import Testing

/// Following the newest tag of a range of versions.
@Suite struct GitTagRangeTests {
    /// Where a repository is read: over HTTP in both protocols, or in place.
    enum Way: CaseIterable, Sendable {
        case versionTwo, versionZero, inPlace
    }

    /// A repository of which every tag is on a commit of its own, whose file `v` has the tag's name.
    struct Place {
        let fixture: GitFixture
        let repository: GitRepository
        let url: String

        init(_ way: Way, tags: [String]) throws {
            fixture = try GitFixture(way == .versionZero ? .versionZero : .full)
            repository = try fixture.server.repository { commit("v", "first") }
            url = way == .inPlace ? repository.path : fixture.server.url()
            for tag in tags { try add(tag) }
            try repository.commit(["v": "untagged"])
        }

        /// Tags a new commit; a name that ends in `!` gets an annotated tag.
        func add(_ tag: String) throws {
            let name = tag.hasSuffix("!") ? String(tag.dropLast()) : tag
            try repository.commit(["v": name])
            try repository.run(tag.hasSuffix("!") ? ["tag", "-a", "-m", "noted", name] : ["tag", name])
        }

        func replica(_ range: String, prefix: String? = nil) async throws -> Replica {
            try await fixture.replica(url, parameters(range, prefix: prefix))
        }

        func backend(_ range: String) throws -> any Backend { try fixture.backend(url, parameters(range)) }

        private func parameters(_ range: String, prefix: String? = nil) -> [String: String] {
            ["tag_range": range].merging(prefix.map { ["tag_prefix": $0] } ?? [:]) { $1 }
        }
    }

    @Test(arguments: Way.allCases) func `the newest tag of the range is followed`(_ way: Way) async throws {
        let place = try Place(
            way,
            tags: [
                "v1.2.9!", "v1.2.10!", "v1.2.2", "v1.3.0-rc.1", "v1.3.0-rc.2!", "v2.0.0", "1.2.11", "v1.2", "nightly",
                "leaf-v1.2.1", "leaf-v1.2.20!", "leaf-v2.0.0", "leaf-1.2.99", "leaf2-v9.0.0", "leaf2-v9.0.1", "leaf-va",
                "release/3.1.0", "release/3.0.9", "v0.9.0+a", "v0.9.0+b!", "leaf-v1.2.30-rc.1",
            ])
        let table: [(range: String, prefix: String?, tag: String)] = [
            ("v1.2.x", nil, "v1.2.10"), ("1.2.x", nil, "1.2.11"), ("^1.2", nil, "1.2.11"), ("*", nil, "v2.0.0"),
            (">=1.2 <1.2.10", nil, "v1.2.9"), ("v1.3.0-rc.1 - 1.3.0", nil, "v1.3.0-rc.2"),
            ("~1.3.0-rc", nil, "v1.3.0-rc.2"),
            ("leaf-v1.2.x", nil, "leaf-v1.2.20"), ("leaf-v1.x || leaf-v3.x", nil, "leaf-v1.2.20"),
            ("leaf-v*", nil, "leaf-v2.0.0"), ("leaf-1.2.x", nil, "leaf-1.2.99"),
            ("leaf-v>=1.2 <1.2.20", nil, "leaf-v1.2.1"),
            ("v9.0.x", "leaf2-", "leaf2-v9.0.1"), ("leaf2-v9.0.x", "leaf2-", "leaf2-v9.0.1"),
            ("*", "leaf2-v", "leaf2-v9.0.1"),
            ("leaf2-v9.0.0 || leaf2-v8", "leaf2-", "leaf2-v9.0.0"), ("x", "leaf-v", "leaf-v2.0.0"),
            ("release/3.0.x", nil, "release/3.0.9"), ("release/^3", nil, "release/3.1.0"), ("v0.9.0", nil, "v0.9.0+b"),
            ("v1.9 || v1.2.2", nil, "v1.2.2"), ("leaf-v~1.2.30-rc", nil, "leaf-v1.2.30-rc.1"),
        ]
        for row in table {
            let replica = try await place.replica(row.range, prefix: row.prefix)
            #expect(replica.files == ["v": row.tag], "\(row.range)")
            #expect(replica.revision?.ref == "refs/tags/\(row.tag)", "\(row.range)")
            let commit = try place.repository.git("rev-parse", "\(row.tag)^{commit}")
            #expect(replica.revision?.revision.id == commit, "\(row.range)")
        }
    }

    @Test(arguments: Way.allCases) func `a newer tag is followed from the next look on`(_ way: Way) async throws {
        let place = try Place(way, tags: ["v1.0.0"])
        #expect(try await place.replica("^1").files == ["v": "v1.0.0"])
        try place.add("v1.1.0!")
        try place.add("v2.0.0")
        let seen = try await place.backend("^1").currentNamedRevision()
        #expect(seen?.ref == "refs/tags/v1.1.0")
        #expect(seen?.revision.id == (try place.repository.git("rev-parse", "v1.1.0^{commit}")))
        #expect(try await place.replica("^1").files == ["v": "v1.1.0"])
        try place.repository.git("tag", "-f", "v1.1.0", "v2.0.0")
        #expect(try await place.replica("^1").files == ["v": "v2.0.0"])
        try place.repository.git("tag", "-d", "v1.1.0")
        #expect(try await place.replica("^1").files == ["v": "v1.0.0"])
    }

    @Test(arguments: Way.allCases) func `another tag on the same commit is another find`(_ way: Way) async throws {
        let place = try Place(way, tags: ["v1.0.0"])
        let before = try await place.backend("*").currentNamedRevision()
        try place.repository.git("tag", "v1.0.1", "v1.0.0")
        let after = try await place.backend("*").currentNamedRevision()
        #expect(before?.revision == after?.revision)
        #expect(after?.ref == "refs/tags/v1.0.1")
    }

    @Test(arguments: Way.allCases)
    func `no tag in the range is an error that names the newest there are`(_ way: Way) async throws {
        let place = try Place(way, tags: (1...7).map { "v1.0.\($0)" } + ["v1.1.0-rc.1", "leaf-v1.2.3", "x"])
        let error = await backendError { _ = try await place.replica("v2.x") }
        #expect(error?.cause == .notFound)
        #expect(error?.reason.contains("\"v2.x\"") == true)
        let names = #""v1.1.0-rc.1", "v1.0.7", "v1.0.6", "v1.0.5", "v1.0.4""#
        #expect(error?.reason.hasSuffix("the newest outside it: \(names)") == true, "\(error?.reason ?? "")")
        let alone = await backendError { _ = try await place.backend("spine-v1.x").currentRevision() }
        #expect(alone?.cause == .notFound)
        #expect(alone?.reason.contains("no tag is \"spine-v\" and a version") == true, "\(alone?.reason ?? "")")
    }

    @Test func `only tags with the prefix are asked for`() async throws {
        let place = try Place(.versionTwo, tags: ["leaf-v1.0.0"])
        let head = try place.repository.head
        let others = (0..<3_000).map { "create refs/tags/other-v1.0.\($0) \(head)\n" }.joined()
        try place.repository.run(["update-ref", "--stdin"], input: others)
        try place.repository.git("pack-refs", "--all")
        #expect(try await place.replica("leaf-v1.x").bytesTransferred < 20_000)
        #expect(try await place.replica("other-v1.x").bytesTransferred > 100_000)
    }

    @Test(arguments: [
        (["tag_range": "1.x", "branch": "main"], "both `branch` and `tag_range`"),
        (["tag_prefix": "v"], "`tag_prefix` alone"),
        (["tag_range": "main"], "no versions after \"main\""),
        (["tag_range": "leaf-v"], "no versions after \"leaf-v\""),
        (["tag_range": "leaf v1"], "\"leaf v\" is no legal beginning"), (["tag_range": "a..b-1"], "no legal beginning"),
        (["tag_range": "1.2.3.4"], "\"1.2.3.4\" is no version"),
        (["tag_range": "leaf2-v1.x"], "\"2-v1.x\" is no version"),
        (["tag_range": "1.x", "tag_prefix": "a*"], "\"a*\" is no legal beginning"),
        (["tag_range": "1.x", "tag_prefix": String(repeating: "a", count: 70_000)], "no legal beginning"),
        (["branch": String(repeating: "a", count: 70_000)], "no legal branch"),
        (["branch": String(repeating: "a", count: 2_000) + "\nb"], "no legal branch"),
        (["branch": "refs/" + String(repeating: "a", count: 70_000)], "no legal ref"),
        (["tag_range": "leaf-v1.x || spine-v1.x"], "\"spine-v1.x\" is no version"),
    ])
    func `settings that make no sense are refused`(_ parameters: [String: String], _ part: String) throws {
        let error = #expect(throws: BackendError.self) {
            try BackendType.git.make(
                BackendConfiguration(url: SourceURL("https://h/p"), parameters: parameters, cacheFolder: "/x"))
        }
        #expect(error?.cause == .settings)
        #expect(error?.reason.contains(part) == true, "\(error?.reason ?? "")")
    }

    @Test(arguments: Way.allCases) func `the ref that was followed is told`(_ way: Way) async throws {
        let place = try Place(way, tags: ["v1!", "v2"])
        let repository = place.repository
        try repository.git("branch", "side")
        try repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
        let table: [(branch: String?, ref: String?)] = [
            (nil, "refs/heads/main"), ("HEAD", "refs/heads/main"), ("side", "refs/heads/side"), ("v1", "refs/tags/v1"),
            ("refs/tags/v2", "refs/tags/v2"), (try repository.head, nil),
        ]
        for row in table {
            let parameters = row.branch.map { ["branch": $0] } ?? [:]
            let replica = try await place.fixture.replica(place.url, parameters)
            #expect(replica.revision?.ref == row.ref, "\(row.branch ?? "-")")
            let seen = try await place.fixture.backend(place.url, parameters).currentNamedRevision()
            #expect(seen == replica.revision.map { NamedRevision($0.revision, ref: row.ref) }, "\(row.branch ?? "-")")
        }
        try repository.git("checkout", "-q", "--detach")
        let detached = try await place.fixture.replica(place.url)
        #expect(detached.revision?.revision.id == (try repository.head))
        #expect(detached.revision?.ref == nil)
    }
}
