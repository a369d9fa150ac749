/// The flag of a linked object. Derived each time from digests, never stored.
package enum ObjectState: String, Sendable, CaseIterable {
    /// The object holds what its file holds: nobody edited it since that was applied, or somebody typed just that.
    case inSync = "in_sync"
    /// The file differs from what was last applied.
    case outOfDate = "out_of_date"
    /// The object was edited since the last apply; the file has not moved.
    case editedLocally = "edited_locally"
    /// Both moved.
    case conflict
    /// The linked path is not in the present generation. The object keeps its link and its content.
    case sourceMissing = "source_missing"
    /// The file moved to something that this kind of object cannot take: content that does not decode, or what is not
    /// replicated, such as a symbolic link. The object keeps its last good content.
    case invalid

    /// - Parameters:
    ///   - content: what the object holds and what was last applied to it.
    ///   - file: the digest of the linked file in the present generation; nil when it is not there.
    ///   - problem: why the remote's file as it is now is not replicated, if so; `file` is then an earlier one.
    ///   - decodes: whether the file's content decodes; asked only when it matters.
    package init(
        of content: SyncedObject.ContentState, file: Digest?, problem: FileProblem? = nil,
        decodes: @autoclosure () -> Bool
    ) {
        guard let file else { self = .sourceMissing; return }
        if let problem, problem.kind.isLasting {
            self = .invalid
        } else if content.settles(file) {
            self = content.isEdited && file != content.present ? .editedLocally : .inSync
        } else if !decodes() {
            self = .invalid
        } else {
            self = content.isEdited ? .conflict : .outOfDate
        }
    }

    /// Whether applying would put the file's content in place.
    package var isApplicable: Bool {
        switch self {
        case .outOfDate, .editedLocally, .conflict: true
        case .inSync, .sourceMissing, .invalid: false
        }
    }
}

/// A linked object with its state and what brought it about: one row of `status`.
package struct ObjectStatus: Sendable, Equatable {
    package let object: SyncedObject
    package let link: SyncedObject.Link
    package let sourceID: SourceID
    package let state: ObjectState
    /// The linked file in the present generation; nil when it is missing.
    package let file: DataFile?
    /// When the state began: the commit of the generation that brought the file's change (or took the file away), the
    /// edit, or the apply. Nil for a file that was never there, and for one that cannot be replicated any more.
    package let since: Timestamp?
    /// The revision that brought the file's present content, or took it away; nil like `since`.
    package let revision: RevisionDetails?
    /// Why the content does not decode, with its line, or cannot be read; set when `state` is `.invalid` for that reason.
    package let decodeFault: String?
    /// What the last sync found at the path, or above it, and could not replicate; the known file is then an earlier
    /// one. Makes the state `.invalid` if it is lasting.
    package let problem: FileProblem?
    /// For `.sourceMissing`: files of the source that hold what the linked path last held.
    package let likelySuccessors: [RelativePath]

    package init(
        object: SyncedObject, link: SyncedObject.Link, sourceID: SourceID, state: ObjectState, file: DataFile?,
        since: Timestamp?, revision: RevisionDetails?, decodeFault: String? = nil, problem: FileProblem? = nil,
        likelySuccessors: [RelativePath] = []
    ) {
        self.object = object
        self.link = link
        self.sourceID = sourceID
        self.state = state
        self.file = file
        self.since = since
        self.revision = revision
        self.decodeFault = decodeFault
        self.problem = problem
        self.likelySuccessors = likelySuccessors
    }

    /// The digests that a person sees with this status, and that an apply is conditional on.
    package var seen: SeenDigests {
        SeenDigests(present: object.content.present, appliedFile: object.content.appliedFile, file: file?.digest)
    }
}

/// What somebody saw before deciding to apply: if any of it has moved since, nothing is written.
package struct SeenDigests: Hashable, Sendable {
    package let present: Digest?
    package let appliedFile: Digest?
    package let file: Digest?

    package init(present: Digest?, appliedFile: Digest?, file: Digest?) {
        self.present = present
        self.appliedFile = appliedFile
        self.file = file
    }
}
