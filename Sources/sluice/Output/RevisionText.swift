import Model

/// A revision on one line: id, author, subject.
enum RevisionText {
    /// `main` of `refs/heads/main`, `tag v1.2.3` of `refs/tags/v1.2.3`.
    static func shortRef(_ ref: String) -> String {
        for (folder, word) in [("refs/heads/", ""), ("refs/tags/", "tag ")] where ref.hasPrefix(folder) {
            return word + ref.dropFirst(folder.count)
        }
        return ref
    }

    static func line(_ details: RevisionDetails?) -> String {
        guard let details else { return "-" }
        var author = details.author.prefix { $0 != "<" }
        while author.last == " " { author.removeLast() }
        let subject = details.subject.count > 48 ? details.subject.prefix(45) + "..." : details.subject[...]
        return "\(details.revision.id.prefix(12)) \(EscapedName(String(author))): \(EscapedName(String(subject)))"
    }
}
