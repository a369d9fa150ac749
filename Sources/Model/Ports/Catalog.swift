/// What administrators declare: data sources, objects and their links, pattern links.
package protocol Catalog: Sendable {
    /// All of it, with the version that a change is conditional on.
    func catalog() async throws -> CatalogContents
    /// In order of kind and pattern.
    func linkPatterns(of source: SourceName) async throws -> [LinkPattern]

    /// Makes all changes or none, with an audit row for each.
    ///
    /// A link names its source, which may be added by the same call. Changing a link never
    /// changes content, nor what was applied last.
    /// - Parameter version: the version that the changes were decided on; nil to make them whatever it is.
    /// - Throws: `.catalogMoved`, `.nameTaken`, `.notFound`; `.inUse` for a source that links still name.
    func change(
        _ changes: [CatalogChange], expecting version: Int64?, by actor: AuditActor, at now: Timestamp
    ) async throws
}

/// The whole catalog at one moment; its version moves with every change.
package struct CatalogContents: Sendable {
    package let version: Int64
    package let sources: [DataSource]
    package let objects: [SyncedObject]
    package let patterns: [LinkPattern]

    package init(version: Int64, sources: [DataSource], objects: [SyncedObject], patterns: [LinkPattern]) {
        self.version = version
        self.sources = sources
        self.objects = objects
        self.patterns = patterns
    }
}

/// One change to what administrators declare.
package enum CatalogChange: Sendable {
    case addSource(DataSourceSettings)
    /// With what the audit row is to tell besides the names of what changes; never a secret.
    case changeSource(SourceID, DataSourceSettings, note: String? = nil)
    case removeSource(SourceID)
    case addObject(ObjectDraft)
    /// Name, fields and link become the draft's; content only if the draft has some.
    case changeObject(ObjectID, ObjectDraft)
    case removeObject(ObjectID)
    /// Also makes the objects of the files that are there, and notes the problems with those of which it can make none
    /// among the source's.
    case addPattern(LinkPatternSettings, [PatternedObject], problems: [FileProblem] = [])
    case changePattern(LinkPatternID, LinkPatternSettings)
    /// Its objects stay, linked one by one.
    case removePattern(LinkPatternID)
}

/// An object to be made or changed.
package struct ObjectDraft: Sendable, Equatable {
    package var reference: ObjectReference
    package var fields: [String: JSONValue]
    package var link: SyncedObject.Link?
    package var content: ObjectContent?

    package init(
        reference: ObjectReference, fields: [String: JSONValue] = [:], link: SyncedObject.Link? = nil,
        content: ObjectContent? = nil
    ) {
        self.reference = reference
        self.fields = fields
        self.link = link
        self.content = content
    }
}

/// The object that a pattern link makes for a file.
package struct PatternedObject: Sendable, Equatable {
    /// Nil while the pattern itself is being added.
    package let pattern: LinkPatternID?
    package let reference: ObjectReference
    package let fields: [String: JSONValue]
    package let path: RelativePath
    package let isAutoSyncEnabled: Bool

    package init(
        pattern: LinkPatternID?, reference: ObjectReference, fields: [String: JSONValue], path: RelativePath,
        isAutoSyncEnabled: Bool
    ) {
        self.pattern = pattern
        self.reference = reference
        self.fields = fields
        self.path = path
        self.isAutoSyncEnabled = isAutoSyncEnabled
    }
}
