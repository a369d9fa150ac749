package import Model

/// What one sync of one data source did.
package struct SyncReport: Sendable {
    package enum Outcome: String, Sendable {
        /// A generation was committed, or would be in a dry run.
        case synced
        /// Nothing of the source has changed.
        case unchanged
        /// So much would have been removed that somebody must confirm it; nothing was kept.
        case held
    }

    package let source: SourceName
    package let outcome: Outcome
    package let isDryRun: Bool
    package let counts: ChangeCounts
    /// The first ``longestProblemList`` of them, in the order in which they were met, and all of linked files.
    package let problems: [FileProblem]
    package let problemCount: Int
    /// Whether some of the problems may be gone at the next sync, which looks again.
    package let hasUnsettled: Bool
    package let bytesTransferred: Int64
    package let duration: Duration
    package let revision: RevisionDetails?
    /// What somebody should know although the sync went well, one clause each, such as a tag that was moved.
    package let notices: [String]
    /// The present generation after the sync.
    package let generation: Generation
    /// Linked objects that this sync moved, other than those that auto-sync has brought up to date since.
    package let newlyOutOfDate: [ObjectStatus]
    /// What became of the moved objects that have auto-sync enabled.
    package let autoApplied: [ApplyReport]
    /// Why objects could not be looked at, or not all be applied, after the files were replicated; the next sync makes
    /// that good. Nil if they could.
    package let objectsFault: String?
    /// Objects that a pattern link could not make since their name is taken; the problems tell by whom.
    package let skipped: [ContestedObject]
    /// What is risky about how the source is set up, one sentence each.
    package let warnings: [String]

    package static let longestProblemList = 1_000
}

/// How far a running sync is. Reported from one task, in order.
package struct SyncProgress: Sendable {
    package let source: SourceName
    /// Files compared so far.
    package var files = 0
    /// Files whose content was read so far.
    package var fetched = 0
    /// Bytes of content read so far.
    package var bytes: Int64 = 0

    package init(source: SourceName) { self.source = source }
}

/// Why a sync did not take place, or came to nothing.
package enum SyncError: Error, Sendable {
    case disabled(SourceName)
    case unknownType(String, of: SourceName)
    /// The source's remote failed; nothing was removed and the known files stay.
    case remote(SourceName, url: SourceURL, BackendError)
    /// A referenced parameter could not be read.
    case parameter(SourceName, name: String, reason: String)
    /// What the store keeps of the settings could not be opened.
    case settings(SourceName, reason: String)
}

extension SyncError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .disabled(let name):
            "data source \"\(name)\" is disabled\n-> enable it with `sluice source edit \(ShellWord(name)) --enable`"
        case .unknownType(let type, let name):
            "data source \"\(name)\" has the type \"\(type)\", which this sluice does not know\n"
                + "-> sync it with the sluice that made it, or a newer one"
        case .remote(let name, let url, let error):
            "cannot sync data source \"\(name)\" (\(url.shown)): \(error)"
        case .parameter(let name, let parameter, let reason):
            "cannot sync data source \"\(name)\": its parameter \"\(parameter)\" cannot be read: \(reason)\n"
                + "-> mend what it refers to, or set it anew: `sluice source edit \(ShellWord(name)) --set \(parameter)=...`"
        case .settings(let name, let reason): "cannot sync data source \"\(name)\": \(reason)"
        }
    }
}
