package import Model

/// What a check found, and what a repair made of it.
package struct CheckReport: Sendable {
    /// One content that is not what it was.
    package struct Finding: Sendable {
        package enum Fault: String, Sendable {
            /// Its bytes do not hash to its digest, or are not all there.
            case damaged
            /// Something names it, and it is not there.
            case missing
        }

        package enum Outcome: Sendable, Equatable {
            /// Only looked at.
            case found
            /// The same content was fetched again from this file's remote.
            case refetched(from: SourceName, RelativePath)
            /// No remote has this content any more; the next sync reads the files that named it anew.
            case willBeReadAnew
            /// Nothing names it, so nothing was lost.
            case dropped
            /// A remote that may have it could not be asked; another repair may help.
            case unreachable(String)
            /// No remote has it any more.
            case lost(String)
        }

        package let digest: Digest
        package let fault: Fault
        /// Who names the content: what is lost with it.
        package let names: ContentNames
        package var outcome: Outcome
    }

    package var contentCount = 0
    package var contentBytes: Int64 = 0
    /// What is wrong with the database's own structure and could not be put right.
    package var structure: [String] = []
    package var findings: [Finding] = []
    /// What is wrong with the copies that make syncing cheaper; a repair removes them, and the next sync makes them anew.
    package var caches: [String] = []
    package var isRepair: Bool

    /// Whether all is well now.
    package var isSound: Bool {
        structure.isEmpty && (isRepair || caches.isEmpty)
            && findings.allSatisfy { finding in
                switch finding.outcome {
                case .refetched, .dropped: true
                case .found, .willBeReadAnew, .unreachable, .lost: false
                }
            }
    }
}
