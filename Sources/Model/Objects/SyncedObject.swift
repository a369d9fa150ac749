/// A config context, config template or export template.
package struct SyncedObject: Sendable, Equatable {
    package let id: ObjectID
    package let reference: ObjectReference
    /// The kind's own NetBox fields besides name, content and link, such as `weight` or `mime_type`; only those that
    /// differ from their defaults need be there.
    package var fields: [String: JSONValue]
    package var link: Link?
    package let content: ContentState
    package let created: Timestamp
    package let lastUpdated: Timestamp

    /// Which file an object's content follows.
    package struct Link: Sendable, Equatable {
        package var source: SourceName
        package var path: RelativePath
        /// Whether a sync that changes the file applies it at once.
        package var isAutoSyncEnabled: Bool
        /// The pattern that made the object, if one did.
        package var pattern: LinkPatternID?

        package init(
            source: SourceName, path: RelativePath, isAutoSyncEnabled: Bool = false, pattern: LinkPatternID? = nil
        ) {
            self.source = source
            self.path = path
            self.isAutoSyncEnabled = isAutoSyncEnabled
            self.pattern = pattern
        }
    }

    /// What the object holds, and what was last applied to it: the left side of every flag.
    package struct ContentState: Sendable, Equatable {
        /// Of the content now; nil while the object is empty.
        package var present: Digest?
        /// Of the content right after the last apply; differs from `present` once somebody edited it.
        package var asApplied: Digest?
        /// Of the file that was last applied, whichever path it had; nil before the first apply.
        package var appliedFile: Digest?
        /// When the last apply was: NetBox's `data_synced`.
        package var appliedAt: Timestamp?
        /// When `present` last changed in any way.
        package var changedAt: Timestamp?

        package init(
            present: Digest? = nil, asApplied: Digest? = nil, appliedFile: Digest? = nil, appliedAt: Timestamp? = nil,
            changedAt: Timestamp? = nil
        ) {
            self.present = present
            self.asApplied = asApplied
            self.appliedFile = appliedFile
            self.appliedAt = appliedAt
            self.changedAt = changedAt
        }

        /// Whether a file with this digest changes nothing: it was applied last, or the object holds just that.
        package func settles(_ file: Digest) -> Bool { file == appliedFile || file == present }

        /// Whether the content was changed by hand since the last apply.
        package var isEdited: Bool { present != asApplied }
    }

    package init(
        id: ObjectID, reference: ObjectReference, fields: [String: JSONValue], link: Link?, content: ContentState,
        created: Timestamp, lastUpdated: Timestamp
    ) {
        self.id = id
        self.reference = reference
        self.fields = fields
        self.link = link
        self.content = content
        self.created = created
        self.lastUpdated = lastUpdated
    }
}

/// What the store numbers a synced object with; never given out again.
package struct ObjectID: Hashable, Sendable {
    package let number: Int64

    package init(_ number: Int64) { self.number = number }
}
