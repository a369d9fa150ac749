/// Who did what, when. Rows are written inside the transaction that does it, and are never changed.
package protocol AuditLog: Sendable {
    /// Newest first, at most `limit`, before a row number.
    func auditRows(before number: Int64?, limit: Int) async throws -> [AuditRow]
}

/// An act as it is kept: rows are numbered in the order in which they were written.
package struct AuditRow: Sendable, Equatable {
    package let number: Int64
    package let entry: AuditEntry

    package init(number: Int64, entry: AuditEntry) {
        self.number = number
        self.entry = entry
    }
}

/// Who acted: the principal, and the superuser behind them if they were acted for.
package struct AuditActor: Sendable, Hashable, CustomStringConvertible {
    package let name: String
    package let actedBy: String?

    package init(name: String, actedBy: String? = nil) {
        self.name = name
        self.actedBy = actedBy
    }

    package init(_ principal: Principal) { self.init(name: principal.name, actedBy: principal.actedBy) }

    package var description: String { actedBy.map { "\(name) (by \($0))" } ?? name }
}

/// One act. Holds no secret and no content, only digests.
package struct AuditEntry: Sendable, Equatable {
    package let at: Timestamp
    package let actor: AuditActor
    /// A word such as `sync`, `apply`, `add`.
    package let action: String
    package let type: ObjectType
    package let name: String
    package let before: Digest?
    package let after: Digest?
    package let revision: Revision?
    /// Short, for a person: counts, names of changed fields.
    package let detail: String

    package init(
        at: Timestamp, actor: AuditActor, action: String, type: ObjectType, name: String, before: Digest? = nil,
        after: Digest? = nil, revision: Revision? = nil, detail: String = ""
    ) {
        self.at = at
        self.actor = actor
        self.action = action
        self.type = type
        self.name = name
        self.before = before
        self.after = after
        self.revision = revision
        self.detail = detail
    }
}
