import Model
import Storage
import Testing

/// What the database says twice, and not the same.
@Suite struct StructureTests {
    private func store() async throws -> (test: TestStore, id: SourceID) {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1"), ("b", "22"), ("c", "333")])
        try await test.sync(id, [("a", "4444"), ("b", nil)])
        // One that is under way, and counts for nothing yet.
        let claim = try await test.claim(id)
        try await test.store.stage(
            [.added(.text("55555", at: RelativePath("d"))), .removed(RelativePath("c"))], under: claim)
        return (test, id)
    }

    @Test func `a store that is whole has no fault`() async throws {
        let (test, _) = try await store()
        #expect(try await test.store.structuralFaults() == [])
    }

    @Test func `a size that is not the content's is found, and put right`() async throws {
        let (test, id) = try await store()
        try test.tamper("UPDATE file_version SET size = size + 7 WHERE path = 'a'")
        #expect(try await test.store.structuralFaults() == ["files with another size than their content: 2"])
        try await test.store.mendStructure()
        #expect(try await test.store.structuralFaults() == [])
        #expect(try await test.store.files(of: id, at: nil, after: nil, limit: 9).map(\.size) == [4, 3])
        #expect(try await test.store.files(of: id, at: Generation(1), after: nil, limit: 9).map(\.size) == [1, 2, 3])
    }

    @Test func `a file that is gone from the index is found, and the next sync reads the source whole`() async throws {
        let (test, _) = try await store()
        try test.tamper("DELETE FROM file_version WHERE path = 'c'")
        #expect(
            try await test.store.structuralFaults() == ["data sources with another number of files than they say: 1"])
        try await test.store.mendStructure()
        #expect(try await test.store.structuralFaults() == [])
        let state = try await test.source("core").state
        #expect(state.fileCount == 1 && state.settingsDigest == nil)
    }
}
