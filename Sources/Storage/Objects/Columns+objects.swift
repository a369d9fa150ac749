internal import Model

extension Columns {
    /// The columns of `ObjectSQL.all`.
    mutating func syncedObject() throws -> SyncedObject {
        let id: ObjectID = try next()
        let reference = try reference()
        let fields = try fields()
        let source: SourceName? = try next()
        let path: RelativePath? = try next()
        let isAutoSync: Bool = try next()
        let pattern: LinkPatternID? = try next()
        var link: SyncedObject.Link?
        if let source, let path {
            link = SyncedObject.Link(source: source, path: path, isAutoSyncEnabled: isAutoSync, pattern: pattern)
        }
        let content = SyncedObject.ContentState(
            present: try next(), asApplied: try next(), appliedFile: try next(), appliedAt: try next(),
            changedAt: try next())
        return SyncedObject(
            id: id, reference: reference, fields: fields, link: link, content: content, created: try next(),
            lastUpdated: try next())
    }

    /// Kind and name.
    mutating func reference() throws -> ObjectReference { ObjectReference(try next(), try next()) }

    mutating func fields() throws -> [String: JSONValue] {
        guard case .object(let fields) = try next(as: JSONValue.self) else {
            throw StoreError.unavailable("the store is damaged: the fields of an object")
        }
        return fields
    }

    /// The columns of `LinkSQL.linkedObjects`.
    mutating func linkedObject(_ problems: LinkProblems) throws -> LinkedObject {
        let object = try syncedObject()
        guard let link = object.link else {
            throw StoreError.unavailable("the store is damaged: a link without its source")
        }
        let sourceID: SourceID = try next()
        let broughtBy = try generation()
        let verdictDigest: Digest? = try next()
        let fault: String? = try next()
        let successors: String? = try next()
        let file = try isNextNull ? nil : linkedFile(at: link.path, broughtBy)
        return LinkedObject(
            object: object, link: link, sourceID: sourceID, file: file, broughtBy: broughtBy,
            verdict: verdictDigest.map {
                DecodeVerdict(kind: object.reference.kind, path: link.path, digest: $0, fault: fault)
            },
            successors: (successors ?? "").split(separator: "\n").map { RelativePath(stored: String($0)) }.sorted(),
            problem: problems.problem(at: link.path, of: sourceID))
    }

    private mutating func linkedFile(at path: RelativePath, _ broughtBy: GenerationRecord?) throws -> DataFile {
        guard let broughtBy else {
            throw StoreError.unavailable("the store is damaged: a file version without its generation")
        }
        return DataFile(
            id: try next(), path: path, digest: try next(), size: try next(), since: try next(),
            lastUpdated: broughtBy.committedAt)
    }

    /// The columns of `LinkSQL.patterns`.
    mutating func linkPattern() throws -> LinkPattern {
        LinkPattern(
            id: try next(),
            settings: LinkPatternSettings(
                kind: try next(), source: try next(), pattern: try next(), fields: try fields(),
                isAutoSyncEnabled: try next()))
    }

    /// The columns of `ObjectSQL.revisions`.
    mutating func objectRevision() throws -> ObjectRevision {
        ObjectRevision(
            number: try next(), at: try next(), actor: try actor(), action: try next(), before: try next(),
            content: try next(), file: try next(), revision: try revision())
    }
}
