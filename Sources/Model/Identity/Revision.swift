/// The remote's identity as a whole: a commit id for git; other backends have none.
package struct Revision: Hashable, Sendable {
    package let id: String

    package init(_ id: String) { self.id = id }
}

extension Revision: CustomStringConvertible {
    package var description: String { id }
}

/// What the remote tells about a revision, kept with each generation.
package struct RevisionDetails: Hashable, Sendable {
    package let revision: Revision
    /// `Name <address>` as the commit has it.
    package let author: String
    package let authoredAt: Timestamp
    /// The first line of the commit message.
    package let subject: String
    /// The full name of the tag or branch that led to it, such as `refs/tags/v1.2.3`; nil where there is none.
    package let ref: String?

    package init(revision: Revision, author: String, authoredAt: Timestamp, subject: String, ref: String? = nil) {
        self.revision = revision
        self.author = author
        self.authoredAt = authoredAt
        self.subject = subject
        self.ref = ref
    }
}

extension RevisionDetails {
    /// The same, found by another name.
    package func named(_ ref: String?) -> RevisionDetails {
        RevisionDetails(revision: revision, author: author, authoredAt: authoredAt, subject: subject, ref: ref)
    }
}

/// A revision and the name that led to it.
package struct NamedRevision: Hashable, Sendable {
    package let revision: Revision
    /// See ``RevisionDetails/ref``.
    package let ref: String?

    package init(_ revision: Revision, ref: String? = nil) {
        self.revision = revision
        self.ref = ref
    }
}
