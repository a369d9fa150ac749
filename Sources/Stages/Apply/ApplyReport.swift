package import Model

/// What became of one object of an apply.
package struct ApplyReport: Sendable {
    package enum Outcome: Sendable, Equatable {
        case applied
        /// The file's content was applied before.
        case alreadyCurrent
        case refused(Refused)
    }

    package enum Refused: Sendable, Equatable {
        case sourceMissing
        /// The file does not decode, with its line, or the store's copy of it is damaged.
        case invalid(String)
        /// The file, the content or the link changed since somebody looked.
        case moved(from: SeenDigests, to: SeenDigests?)
        /// The object was edited, and nobody asked for it by name.
        case editedLocally
        /// Nothing is wrong with this one, but with another of the same call.
        case withheld
        case notPermitted(String)
        /// There is no earlier content to go back to, or not this one.
        case noSuchRevision
    }

    package let reference: ObjectReference
    package let outcome: Outcome
    /// Digests of the content before and after; equal when nothing was written.
    package let before: Digest?
    package let after: Digest?

    package init(_ reference: ObjectReference, _ outcome: Outcome, before: Digest? = nil, after: Digest? = nil) {
        self.reference = reference
        self.outcome = outcome
        self.before = before
        self.after = after
    }

    /// A refusal, which leaves the object as it was seen.
    package init(refused status: ObjectStatus, _ reason: Refused) {
        let present = status.object.content.present
        self.init(status.object.reference, .refused(reason), before: present, after: present)
    }

    /// Whether the object now holds what was asked for.
    package var isDone: Bool {
        switch outcome {
        case .applied, .alreadyCurrent: true
        case .refused: false
        }
    }
}

extension ApplyReport.Refused {
    /// What happened and what to do, as a clause for the object called `name`.
    package func explanation(_ reference: ObjectReference) -> String {
        switch self {
        case .sourceMissing: "its file is not in the data source; it keeps its content"
        case .invalid(let reason): "its file cannot be used: \(reason); the last good content stays"
        case .moved(let seen, let now): Self.movedExplanation(reference, seen, now)
        case .editedLocally:
            "it was edited locally\n-> look at `sluice diff \(ShellWord(reference))`; naming it in `sluice apply` overwrites the edit"
        case .withheld: "nothing was applied because another object was refused\n-> mend that one, or add --keep-going"
        case .notPermitted(let permission): "the permission \(permission) is missing"
        case .noSuchRevision:
            "it holds no such earlier applied content\n-> see `sluice object history \(ShellWord(reference))`"
        }
    }

    private static func movedExplanation(
        _ reference: ObjectReference, _ seen: SeenDigests, _ now: SeenDigests?
    ) -> String {
        let review = "-> review it with `sluice diff \(ShellWord(reference))`, then apply again"
        guard let now else { return "it was removed or unlinked since you looked" }
        if seen.file != now.file {
            let change = "\(seen.file?.short ?? "none") -> \(now.file?.short ?? "none")"
            return "its file changed since you looked (\(change))\n\(review)"
        }
        return "its content changed since you looked\n\(review)"
    }
}
