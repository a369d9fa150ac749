import struct Crypto.SHA256
import Foundation
import GRDB
import Model
import Storage

/// A store in a folder of its own that is removed with its last reference, and what tests do with one over and over.
final class TestStore: Sendable {
    let folder: String
    let store: SQLiteStore

    static let creator = "root"
    static let actor = AuditActor(name: "ada")
    static let noon = Timestamp(seconds: 1_800_000_000)
    static let holder = ClaimHolder(machine: "m/boot", processID: 7, processStart: 70)
    static let otherHolder = ClaimHolder(machine: "m/boot", processID: 8, processStart: 80)

    init(clock: @escaping @Sendable () -> Timestamp = { TestStore.noon }) throws {
        let name = "sluice-store-\(UUID().uuidString)"
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        store = try SQLiteStore.open(folder: folder, creator: Self.creator, at: Self.noon, clock: clock)
    }

    deinit {
        // Nobody is left to tell.
        try? store.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    var databaseFile: String { "\(folder)/sluice.db" }

    /// Another store on the same folder, as another process would open it.
    func reopened() throws -> SQLiteStore {
        try SQLiteStore.open(folder: folder, creator: "somebody else", at: Self.noon, clock: { Self.noon })
    }

    /// Changes the database behind the store's back.
    func tamper(_ sql: String) throws {
        let queue = try DatabaseQueue(path: databaseFile)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    func change(_ changes: CatalogChange...) async throws {
        try await store.change(changes, expecting: nil, by: Self.actor, at: Self.noon)
    }

    func addSource(_ name: String) async throws -> DataSource {
        try await change(.addSource(.named(name)))
        return try await source(name)
    }

    func source(_ name: String) async throws -> DataSource {
        guard let source = try await store.dataSource(named: try SourceName(name)) else {
            throw StoreError.notFound(name)
        }
        return source
    }

    func claim(_ source: SourceID, by holder: ClaimHolder = TestStore.holder) async throws -> Claim {
        try await store.claim(source, by: holder, replacing: nil, at: Self.noon, lease: .seconds(60))
    }

    /// A whole sync: what is nil is removed, the rest is written.
    @discardableResult
    func sync(
        _ source: SourceID, _ files: [(path: String, text: String?)], patterned: [PatternedObject] = [],
        at now: Timestamp = TestStore.noon
    ) async throws -> CommittedSync {
        let claim = try await claim(source)
        var counts = ChangeCounts()
        var changes: [FileChange] = []
        for file in files {
            let path = try RelativePath(file.path)
            guard let text = file.text else {
                counts.removed += 1
                changes.append(.removed(path))
                continue
            }
            if try await store.file(path, of: source, at: nil) == nil {
                counts.added += 1
                changes.append(.added(.text(text, at: path)))
            } else {
                counts.modified += 1
                changes.append(.modified(.text(text, at: path)))
            }
        }
        try await store.stage(changes, under: claim)
        return try await store.commit(.with(counts, patterned: patterned, at: now), under: claim)
    }

    /// Paths and texts of a generation.
    func contents(_ source: SourceID, at generation: Int64? = nil) async throws -> [String] {
        var lines: [String] = []
        let generation = generation.map { Generation($0) }
        for file in try await store.files(of: source, at: generation, after: nil, limit: 1_000) {
            let bytes = try await store.loadContent(file.digest, limit: 1 << 20)
            lines.append("\(file.path)=\(String(decoding: bytes, as: UTF8.self))")
        }
        return lines
    }

    /// Puts the file's text of now into an object.
    @discardableResult
    func apply(
        _ reference: ObjectReference, _ text: String, action: ObjectRevision.Action = .apply,
        at now: Timestamp = TestStore.noon
    ) async throws -> [ApplicationOutcome] {
        try await store.apply(
            [try await application(of: reference, text, action)], keepsGoing: false, by: Self.actor, at: now)
    }

    /// As somebody would ask for it who looks at the object now.
    func application(
        of reference: ObjectReference, _ text: String, _ action: ObjectRevision.Action = .apply
    ) async throws -> Application {
        guard let linked = try await linked(reference) else { throw StoreError.notFound(reference.description) }
        let content = linked.object.content
        return Application(
            object: linked.object.id, reference: reference,
            seen: SeenDigests(present: content.present, appliedFile: content.appliedFile, file: linked.file?.digest),
            content: .text(text), file: linked.file?.digest ?? .of(text), revision: linked.broughtBy?.revision,
            action: action)
    }

    func linked(_ reference: ObjectReference) async throws -> LinkedObject? {
        try await store.linkedObjects(LinkedObjectFilter(references: [reference])).first
    }
}

extension Digest {
    static func of(_ bytes: some Sequence<UInt8>) -> Digest {
        Digest(bytes: Array(SHA256.hash(data: Array(bytes))))!  // SHA-256 has 32 bytes.
    }

    static func of(_ text: String) -> Digest { of(text.utf8) }
}

extension StagedFile {
    static func text(_ text: String, at path: RelativePath, isUncertain: Bool = false) -> StagedFile {
        StagedFile(
            path: path, digest: .of(text), size: Int64(text.utf8.count),
            fingerprint: Fingerprint(bytes: Array(text.utf8)),
            isUncertain: isUncertain, content: .bytes(Array(text.utf8)))
    }
}

extension ObjectContent {
    static func text(_ text: String) -> ObjectContent { ObjectContent(digest: .of(text), bytes: Array(text.utf8)) }
}

extension RevisionDetails {
    static func commit(_ id: String) -> RevisionDetails {
        RevisionDetails(
            revision: Revision(id), author: "Ada <ada@example.net>", authoredAt: TestStore.noon, subject: "about \(id)")
    }
}

extension AuditEntry {
    static let sync = AuditEntry(
        at: TestStore.noon, actor: TestStore.actor, action: "sync", type: .dataSource, name: "core")
}

extension GenerationDraft {
    static func with(
        _ counts: ChangeCounts, revision: RevisionDetails? = .commit("r"), problems: [FileProblem] = [],
        patterned: [PatternedObject] = [], at now: Timestamp = TestStore.noon
    ) -> GenerationDraft {
        GenerationDraft(
            counts: counts, revision: revision, settledSettings: .of("settings"), problems: problems,
            patterned: patterned, committedAt: now, audit: .sync)
    }
}

extension ChangeCounts {
    static func added(_ count: Int) -> ChangeCounts {
        var counts = ChangeCounts()
        counts.added = count
        return counts
    }
}

extension DataSourceSettings {
    static func named(_ name: String) -> DataSourceSettings {
        DataSourceSettings(
            name: SourceName(stored: name), type: "local", sourceURL: SourceURL("/srv/\(name)"),
            parameters: ["password": .literal("hunter2"), "token": .environment("TOKEN"), "key": .file("/etc/key")])
    }
}

extension ObjectReference {
    static func template(_ name: String) -> ObjectReference {
        ObjectReference(.configTemplate, ObjectName(stored: name))
    }
}

extension ObjectDraft {
    static func template(
        _ name: String, source: String? = nil, path: String = "", isAutoSyncEnabled: Bool = false, text: String? = nil
    ) -> ObjectDraft {
        ObjectDraft(
            reference: .template(name),
            link: source.map {
                SyncedObject.Link(
                    source: SourceName(stored: $0), path: RelativePath(stored: path),
                    isAutoSyncEnabled: isAutoSyncEnabled)
            },
            content: text.map { .text($0) })
    }
}
