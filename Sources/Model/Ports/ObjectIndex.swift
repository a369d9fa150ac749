/// The synced objects: stage two writes their content, everything reads it.
package protocol ObjectIndex: Sendable {
    /// In order of kind and name.
    func objects(of kind: ObjectKindName?) async throws -> [SyncedObject]
    func object(_ reference: ObjectReference) async throws -> SyncedObject?

    /// Linked objects with their file of the present generation, in order of kind and name, in one query.
    func linkedObjects(_ filter: LinkedObjectFilter) async throws -> [LinkedObject]

    /// Remembers whether contents decode; a pure function of kind, path and digest, so never wrong later.
    func remember(_ verdicts: [DecodeVerdict]) async throws

    /// Puts files' content into objects, each only if what was seen still holds.
    ///
    /// - Parameter keepsGoing: whether objects that have not moved are written although others have. Otherwise one
    ///   that moved leaves all as they were, and the outcomes say which moved.
    /// - Returns: an outcome for each application, in its order.
    func apply(
        _ applications: [Application], keepsGoing: Bool, by actor: AuditActor, at now: Timestamp
    ) async throws -> [ApplicationOutcome]

    /// Newest first.
    func revisions(of object: ObjectID) async throws -> [ObjectRevision]
}

package struct LinkedObjectFilter: Sendable {
    package var source: SourceName?
    package var kind: ObjectKindName?
    /// Only these; nil for all.
    package var references: [ObjectReference]?
    /// Only those that a sync applies by itself.
    package var isAutoSyncOnly: Bool

    package init(
        source: SourceName? = nil, kind: ObjectKindName? = nil, references: [ObjectReference]? = nil,
        isAutoSyncOnly: Bool = false
    ) {
        self.source = source
        self.kind = kind
        self.references = references
        self.isAutoSyncOnly = isAutoSyncOnly
    }
}

/// What a state is derived from.
package struct LinkedObject: Sendable {
    package let object: SyncedObject
    package let link: SyncedObject.Link
    package let sourceID: SourceID
    /// In the present generation; nil when the path is not there.
    package let file: DataFile?
    /// The generation that brought the file's present content, or took the file away; nil for one that was never there.
    package let broughtBy: GenerationRecord?
    /// What is remembered about the file's content; nil when nobody has tried to decode it yet.
    package let verdict: DecodeVerdict?
    /// For a missing file: paths of the source that hold what it last held, in path order, at most 5.
    package let successors: [RelativePath]
    /// What the last completed sync found at the path, or above it, and could not replicate.
    package let problem: FileProblem?

    package init(
        object: SyncedObject, link: SyncedObject.Link, sourceID: SourceID, file: DataFile?,
        broughtBy: GenerationRecord?, verdict: DecodeVerdict?, successors: [RelativePath], problem: FileProblem?
    ) {
        self.object = object
        self.link = link
        self.sourceID = sourceID
        self.file = file
        self.broughtBy = broughtBy
        self.verdict = verdict
        self.successors = successors
        self.problem = problem
    }
}

/// Whether content of this digest at this path decodes for this kind; the path tells JSON from YAML.
package struct DecodeVerdict: Hashable, Sendable {
    package let kind: ObjectKindName
    package let path: RelativePath
    package let digest: Digest
    /// Why it does not decode, with the line; nil when it does.
    package let fault: String?

    package init(kind: ObjectKindName, path: RelativePath, digest: Digest, fault: String?) {
        self.kind = kind
        self.path = path
        self.digest = digest
        self.fault = fault
    }
}

/// One file's content to be put into one object.
package struct Application: Sendable {
    package let object: ObjectID
    package let reference: ObjectReference
    package let seen: SeenDigests
    package let content: ObjectContent
    /// The file whose content this is.
    package let file: Digest
    /// The revision that brought the file.
    package let revision: RevisionDetails?
    package let action: ObjectRevision.Action

    package init(
        object: ObjectID, reference: ObjectReference, seen: SeenDigests, content: ObjectContent, file: Digest,
        revision: RevisionDetails?, action: ObjectRevision.Action
    ) {
        self.object = object
        self.reference = reference
        self.seen = seen
        self.content = content
        self.file = file
        self.revision = revision
        self.action = action
    }
}

/// Content as an object holds it, such as a template's text or a context's canonical JSON.
package struct ObjectContent: Sendable, Equatable {
    package let digest: Digest
    package let bytes: [UInt8]

    package init(digest: Digest, bytes: [UInt8]) {
        self.digest = digest
        self.bytes = bytes
    }
}

/// What became of one ``Application``.
package enum ApplicationOutcome: Sendable, Equatable {
    case applied
    /// Something that was seen is not so any more; this is how it is now. Nil: the object or its link is gone.
    case moved(now: SeenDigests?)
    /// Not written because another object of the same call moved.
    case withheld
}

/// One content that an object has held.
package struct ObjectRevision: Sendable, Equatable {
    package enum Action: String, Sendable {
        case apply, autoApply = "auto_apply", revert, edit, create
    }

    /// 1, 2, 3... for each object.
    package let number: Int
    package let at: Timestamp
    package let actor: AuditActor
    package let action: Action
    package let before: Digest?
    package let content: Digest?
    /// The file that the content was decoded from; nil for an edit.
    package let file: Digest?
    package let revision: RevisionDetails?

    package init(
        number: Int, at: Timestamp, actor: AuditActor, action: Action, before: Digest?, content: Digest?,
        file: Digest?, revision: RevisionDetails?
    ) {
        self.number = number
        self.at = at
        self.actor = actor
        self.action = action
        self.before = before
        self.content = content
        self.file = file
        self.revision = revision
    }
}
