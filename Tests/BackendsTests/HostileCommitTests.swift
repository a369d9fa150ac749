import Backends
import Fixtures
import Model
import Testing

/// Commits that say more of themselves than anybody wants to know.
@Suite struct HostileCommitTests {
    private func revision(by person: String, message: String = "by hand\n") async throws -> RevisionDetails? {
        let folder = try TemporaryFolder()
        let repository = try HandmadeRepository(at: folder.path(of: "core.git"))
        try repository.commit(repository.tree(of: ["a": "1"]), by: person, message: message)
        let backend = try BackendType.git.make(
            BackendConfiguration(
                url: SourceURL(repository.path), parameters: [:], cacheFolder: folder.path(of: "cache")))
        return try await Replica(of: backend).revision
    }

    @Test(arguments: [
        ("10000000000000", "9999-12-31T23:59:59Z"), ("9223372036854775807", "9999-12-31T23:59:59Z"),
        ("253402300799", "9999-12-31T23:59:59Z"), ("4102444800", "2100-01-01T00:00:00Z"),
    ])
    func `a date that no calendar has becomes the last one`(_ seconds: String, _ date: String) async throws {
        let revision = try await revision(by: "Ada <ada@example.net> \(seconds) +0000")
        #expect(revision?.authoredAt.iso8601InSeconds == date)
    }

    @Test func `a subject and an author are cut where nobody reads on`() async throws {
        let long = String(repeating: "e\u{301}", count: 100_000)
        let revision = try await revision(
            by: "\(long) <ada@example.net> 1 +0000", message: "\n\u{7}\(long)\nmore")
        #expect(revision?.subject == String(repeating: "e\u{301}", count: 250))
        #expect(revision?.author == String(repeating: "e\u{301}", count: 250))
    }
}
