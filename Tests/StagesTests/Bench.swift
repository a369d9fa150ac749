import Backends
import Fixtures
import Model
import Permissions
import Stages
import Storage
import Synchronization

/// The stages over a real store in a folder of its own, with one scripted data source called "core".
final class Bench: Sendable {
    let remote = ScriptedRemote()
    let folder: TemporaryFolder
    let store: any Store
    let admin: Authorizer
    let status: Status
    let apply: Apply
    let revert: Revert
    private let seconds = Mutex<Int64>(1_000_000)

    static let core = SourceName(stored: "core")

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore.open(
            folder: folder.path(of: "store"), creator: "root", founding: AutoSync.founding,
            at: Timestamp(seconds: 1), clock: { Timestamp(seconds: 1_800_000_000) })
        admin = Authorizer(try await store.principal(named: "root"))
        status = Status(store: store)
        let now = { @Sendable in Timestamp(seconds: 2_000_000) }
        apply = Apply(store: store, now: now)
        revert = Revert(store: store, now: now)
        try await change(
            .addSource(DataSourceSettings(name: Self.core, type: "scripted", sourceURL: SourceURL("x://y"))))
    }

    /// A synced source with "leaf" linked to `leaf.j2` and applied.
    static func applied() async throws -> Bench {
        let bench = try await Bench()
        bench.remote.write("leaf.j2", "one")
        try await bench.link("leaf", to: "leaf.j2")
        try await bench.sync()
        try await bench.apply("leaf")
        return bench
    }

    /// A clock that moves on by a second at each look.
    func now() -> Timestamp {
        Timestamp(
            seconds: seconds.withLock { seconds in
                seconds += 1
                return seconds
            })
    }

    func replicate(
        process: Int32 = 1, isAlive: @escaping @Sendable (ClaimHolder) -> Bool = { _ in true },
        now: (@Sendable () -> Timestamp)? = nil, status other: Status? = nil
    ) -> Replicate {
        let status = other ?? status
        return Replicate(
            store: store, setup: setup, status: status,
            autoSync: AutoSync(store: store, status: status, apply: apply),
            surroundings: Surroundings(
                now: now ?? { [self] in self.now() },
                holder: ClaimHolder(machine: "test/boot", processID: process, processStart: 1), isAlive: isAlive))
    }

    private var setup: SourceSetup {
        SourceSetup(
            types: [remote.type, .amazonS3, .local], store: store, cacheFolder: folder.path(of: "cache"),
            localRefusal: localRootRefusal
        ) { value in
            if case .literal(let text) = value { return text }
            return "\(value)"
        }
    }

    var editing: CatalogEditing { CatalogEditing(store: store, setup: setup, now: { [self] in now() }) }

    var administration: Administration { Administration(store: store, now: { [self] in now() }) }

    func source() async throws -> DataSource {
        guard let source = try await store.dataSource(named: Self.core) else { throw StoreError.notFound("core") }
        return source
    }

    @discardableResult
    func sync(_ options: Replicate.Options = Replicate.Options()) async throws -> SyncReport {
        let source = try await source()
        return try await replicate()(source, permit: try admin.permitSync(source), options: options)
    }

    func change(_ changes: CatalogChange...) async throws {
        let contents = try await store.catalog()
        try await editing(permit: try admin.permitChange(changes, in: contents))
    }

    /// Links a template to a file.
    func link(_ name: String, to path: String, autoSync: Bool = false) async throws {
        try await change(
            .addObject(
                ObjectDraft(
                    reference: Self.template(name),
                    link: SyncedObject.Link(
                        source: Self.core, path: try RelativePath(path), isAutoSyncEnabled: autoSync))))
    }

    /// Edits a template's content by hand.
    func edit(_ name: String, _ content: String) async throws {
        let object = try await required(Self.template(name))
        let bytes = Array(content.utf8)
        try await change(
            .changeObject(
                object.id,
                ObjectDraft(
                    reference: object.reference, fields: object.fields, link: object.link,
                    content: ObjectContent(digest: Digest(sha256: bytes), bytes: bytes))))
    }

    private func required(_ reference: ObjectReference) async throws -> SyncedObject {
        guard let object = try await store.object(reference) else { throw StoreError.notFound("\(reference)") }
        return object
    }

    static func template(_ name: String) -> ObjectReference {
        ObjectReference(.configTemplate, ObjectName(stored: name))
    }

    func statuses(_ names: String...) async throws -> [ObjectStatus] {
        try await status(LinkedObjectFilter(references: names.isEmpty ? nil : names.map(Self.template)))
    }

    func state(_ name: String) async throws -> ObjectState? { try await statuses(name).first?.state }

    @discardableResult
    func apply(_ names: String..., keepsGoing: Bool = false) async throws -> [ApplyReport] {
        let seen = try await status(LinkedObjectFilter(references: names.map(Self.template)))
        return try await apply(seen, permit: try admin.permitApply(seen, sources: []), keepsGoing: keepsGoing)
    }

    /// A template's content; nil while it is empty.
    func content(_ name: String) async throws -> String? {
        guard let digest = try await store.object(Self.template(name))?.content.present else { return nil }
        return String(decoding: try await store.loadContent(digest, limit: 1 << 20), as: UTF8.self)
    }

    /// Paths of the present generation.
    func paths() async throws -> [String] {
        try await store.files(of: source().id, at: nil, after: nil, limit: 1_000).map(\.path.string)
    }
}
