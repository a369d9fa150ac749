/// What is kept: the file index, the objects, who may do what, and the audit log.
///
/// Every method is one whole transaction: all of it happened when it returns, and none of it when it throws. Every
/// method throws ``StoreError`` and nothing else.
package protocol Store: FileIndex, ObjectIndex, Catalog, AccessIndex, AuditLog, SecretVault, SettingIndex, Integrity {}

/// Why the store could not do something.
package enum StoreError: Error, Sendable, Equatable {
    /// Somebody syncs this source now.
    case claimed(SourceName, by: ClaimHolder, since: Timestamp)
    /// The claim ended or was taken over: what was staged under it is void.
    case claimLost(SourceName)
    /// Something with this description (`data source "core"`) does not exist.
    case notFound(String)
    /// The name is taken: `config template "leaf"`.
    case nameTaken(String)
    /// Something cannot be removed while these depend on it.
    case inUse(String, by: [String])
    /// Nobody active would be left who may do everything.
    case lastSuperuser
    /// The catalog changed since it was read.
    case catalogMoved
    /// Users, groups or permissions changed since they were read.
    case accessMoved
    /// A secret cannot be encrypted or opened: a clause in lower case, with what to do.
    case sealed(String)
    /// The database was written by a newer program.
    case tooNew(path: String)
    /// This content is not what its digest says, or not whole; a repair may fetch it again. Nothing else need be wrong.
    case contentDamaged(Digest)
    /// The disk is full, the folder is not writable, or the database is damaged: a clause in lower case.
    case unavailable(String)
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .claimed(let name, let holder, let since):
            "data source \"\(name)\" is being synced by \(holder) since \(since.iso8601InSeconds)"
        case .claimLost(let name):
            "the sync of data source \"\(name)\" was taken over by another one; nothing of this one was kept"
        case .notFound(let what): "there is no \(what)"
        case .nameTaken(let what): "there is a \(what) already"
        case .inUse(let what, let dependents):
            "\(what) is in use by \(dependents.prefix(5).joined(separator: ", "))"
                + (dependents.count > 5 ? " and \(dependents.count - 5) more" : "")
        case .lastSuperuser:
            "that would leave the store without an active superuser\n-> make somebody else one first"
        case .catalogMoved:
            "somebody else changed data sources or objects in the meantime\n-> look again, then repeat the command"
        case .accessMoved:
            "somebody else changed users, groups or permissions in the meantime\n-> look again, then repeat the command"
        case .tooNew(let path): "the store \"\(path)\" was written by a newer sluice\n-> use that version"
        case .contentDamaged(let digest):
            "the store is damaged: content \(digest.short) is not what it was\n-> run `sluice check --repair`"
        case .sealed(let reason), .unavailable(let reason): reason
        }
    }
}
