/// An object that a pattern link cannot make, since its name is taken.
package struct ContestedObject: Sendable, Equatable {
    package let reference: ObjectReference
    /// The file that it was to follow.
    package let path: RelativePath
    /// What the object of this name follows; nil when it follows no file.
    package let winner: SyncedObject.Link?

    package init(_ reference: ObjectReference, for path: RelativePath, winner: SyncedObject.Link?) {
        self.reference = reference
        self.path = path
        self.winner = winner
    }

    /// As the source's problem, which names the winner.
    package var problem: FileProblem {
        let holder =
            winner.map { "\"\(EscapedName($0.path.string))\" of data source \"\($0.source)\"" }
            ?? "an object that follows no file"
        return FileProblem(
            path: path, kind: .unlinkable,
            reason: "the name \(reference) belongs to \(holder); link it by hand to give it another")
    }
}
