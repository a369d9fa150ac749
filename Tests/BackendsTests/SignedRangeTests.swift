import Backends
import Fixtures
import Model
import Testing

/// Signatures, where a range, a sub-path or an ignore file decides what is taken.
@Suite struct SignedRangeTests {
    let key: SSHKeyPair
    let signed: SignedFixture

    init() throws {
        key = try SSHKeyPair()
        signed = try SignedFixture()
    }

    private func backend(_ url: String, _ parameters: [String: String]) throws -> any Backend {
        try signed.fixture.backend(url, parameters.merging(["signers": key.publicText]) { $1 })
    }

    private var places: [String] { [signed.fixture.server.url(), signed.repository.path] }

    @Test func `the newest tag in the range must be signed, and no older one stands in for it`() async throws {
        try signed.repository.run(key.gitOptions() + ["tag", "-s", "-m", "noted", "v1.0.0"])
        for place in places {
            #expect(try await Replica(of: backend(place, ["tag_range": "1.x"])).files == ["a": "1", "b/c": "2"])
        }
        try signed.repository.git("tag", "-a", "-m", "unsigned", "v1.0.1")
        for place in places {
            let error = await backendError { _ = try await Replica(of: backend(place, ["tag_range": "1.x"])) }
            #expect(error?.cause == .signature)
            #expect(error?.reason.contains("v1.0.1") == true, "\(error?.reason ?? "")")
        }
    }

    @Test func `nothing of a revision is looked at before its signature`() async throws {
        try signed.repository.write(".sluiceignore", [0xFF])
        try signed.repository.commit([:])
        for place in places {
            let error = await backendError {
                _ = try await Replica(of: backend(place, ["sub_path": "absent"]), FileSelection(usesIgnoreFile: true))
            }
            #expect(error?.cause == .signature)
        }
    }
}
