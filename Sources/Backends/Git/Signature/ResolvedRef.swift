/// What a ref selection means in a repository just now.
struct ResolvedRef: Sendable, Equatable {
    let commit: ObjectID
    /// The full name of the ref that led there; nil for a commit that was asked for by its id.
    let name: String?
    /// The annotated tag that the ref names, on the way to the commit.
    let tag: ObjectID?

    init(_ commit: ObjectID, name: String? = nil, tag: ObjectID? = nil) {
        self.commit = commit
        self.name = name
        self.tag = tag
    }

    /// What to ask a server for: a tag brings its commit along, and older servers hand out only what a ref names.
    var target: ObjectID { tag ?? commit }

    /// The tag's name without `refs/tags/`; nil when it is no tag that is followed.
    var tagName: String? {
        let folder = "refs/tags/"
        guard let name, name.hasPrefix(folder) else { return nil }
        return String(name.dropFirst(folder.count))
    }
}
