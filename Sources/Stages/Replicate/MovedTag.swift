package import Model

/// A tag that means another commit than it did at the last sync: tags are not supposed to move.
package struct MovedTag: Sendable, Equatable {
    package let name: String
    package let from: Revision
    package let to: Revision

    /// Nil when the source does not follow the same tag as before, or the tag has stayed where it was.
    init?(from known: RevisionDetails?, to found: RevisionDetails?) {
        let folder = "refs/tags/"
        guard let known, let found, let ref = found.ref, known.ref == ref, ref.hasPrefix(folder),
            known.revision != found.revision
        else { return nil }
        name = String(ref.dropFirst(folder.count))
        from = known.revision
        to = found.revision
    }
}

extension MovedTag: CustomStringConvertible {
    package var description: String {
        "tag \(EscapedName(name)) was moved from \(from.id.prefix(12)) to \(to.id.prefix(12))"
    }
}
