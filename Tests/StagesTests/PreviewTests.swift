import Model
import Permissions
import Stages
import Testing

/// What a diff shows of objects whose files nobody has had to decode.
@Suite struct PreviewTests {
    private static let context = ObjectReference(.configContext, ObjectName(stored: "n"))

    /// A context that holds what `n.yaml` holds, relinked to `n.json`, which has the same bytes and is no JSON.
    private func relinked() async throws -> Bench {
        let bench = try await Bench()
        bench.remote.write("n.yaml", "mtu: 9000")
        bench.remote.write("n.json", "mtu: 9000")
        try await bench.sync()
        try await bench.change(.addObject(Self.draft(path: "n.yaml")))
        let seen = try await bench.status(LinkedObjectFilter(references: [Self.context]))
        let reports = try await bench.apply(seen, permit: try bench.admin.permitApply(seen, sources: []))
        #expect(reports.map(\.outcome) == [.applied])
        try await bench.change(.changeObject(seen[0].object.id, Self.draft(path: "n.json")))
        return bench
    }

    private static func draft(path: String, content: ObjectContent? = nil) throws -> ObjectDraft {
        ObjectDraft(
            reference: context, link: SyncedObject.Link(source: Bench.core, path: try RelativePath(path)),
            content: content)
    }

    private func change(_ bench: Bench) async throws -> Preview.Change {
        let status = try #require(
            try await bench.status(LinkedObjectFilter(references: [Self.context])).first)
        return try await Preview(store: bench.store)(status)
    }

    @Test func `what is in sync has no difference, whatever its file's new name makes of its bytes`() async throws {
        let change = try await change(try await relinked())
        #expect(change.status.state == .inSync)
        #expect(change.after == #"{"mtu":9000}"# && change.after == change.before)
        #expect(change.keys == [] && change.text.isEmpty && !change.isApplicable)
    }

    @Test func `an edited object says that its file could not be applied, and why`() async throws {
        let bench = try await relinked()
        let bytes = Array(#"{"mtu":1500}"#.utf8)
        let id = try await change(bench).status.object.id
        try await bench.change(
            .changeObject(
                id,
                Self.draft(path: "n.json", content: ObjectContent(digest: Digest(sha256: bytes), bytes: bytes))))
        let change = try await change(bench)
        #expect(change.status.state == .editedLocally)
        #expect(change.before == #"{"mtu":1500}"# && change.after == nil)
        #expect(change.text.isEmpty && !change.isApplicable)
        #expect(change.reason.hasPrefix("\"n.json\" cannot be used: line 1"))
    }

    @Test func `what would be applied is shown by key`() async throws {
        let bench = try await relinked()
        bench.remote.write("n.json", #"{"mtu":1500}"#)
        try await bench.sync()
        let change = try await change(bench)
        #expect(change.text == "~ mtu: 9000 -> 1500\n" && change.keys?.count == 1 && change.isApplicable)
        #expect(change.reason == change.status.reason)
    }
}
