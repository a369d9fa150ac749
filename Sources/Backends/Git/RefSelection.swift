private import Crypto
internal import Model

/// Which commit of a repository a data source follows: the meaning of its `branch` and `tag_range` settings.
enum RefSelection: Sendable, Hashable {
    /// The remote's HEAD.
    case head
    /// A branch or, where there is none of this name, a tag.
    case short(String)
    /// `refs/...`
    case full(String)
    case commit(ObjectID)
    /// The newest tag of a range.
    case newestTag(TagRange)

    /// By the settings of a data source.
    ///
    /// - Throws: ``BackendError``, `.settings`, when they contradict each other or are not legal.
    init(_ configuration: BackendConfiguration) throws(BackendError) {
        let branch = configuration["branch"]
        guard let range = configuration["tag_range"] else {
            guard configuration["tag_prefix"] == nil else {
                throw BackendError(
                    .settings, "cannot follow `tag_prefix` alone: it says which tags, and not which versions of them",
                    advice: "set `tag_range` too, to `*` for any version")
            }
            self.init(branch)
            guard let fault else { return }
            throw BackendError(.settings, "cannot follow `branch`: \(fault)", advice: "set one that git could have")
        }
        guard branch == nil else {
            throw BackendError(
                .settings, "cannot follow both `branch` and `tag_range`", advice: "take one of them away")
        }
        self = .newestTag(try TagRange(range, prefix: configuration["tag_prefix"]))
    }

    /// Says what can be said before the settings that are references are read.
    ///
    /// - Throws: as does `init`.
    static func check(_ parameters: [String: String], references: Set<String>) throws(BackendError) {
        var parameters = parameters
        if references.contains("branch") { parameters["branch"] = "HEAD" }
        // Which prefix is legal depends on the range, so one without the other says nothing but that both are there.
        let tags = ["tag_range": "*", "tag_prefix": "v"]
        for (name, legal) in tags where !references.isDisjoint(with: tags.keys) {
            if parameters[name] != nil || references.contains(name) { parameters[name] = legal }
        }
        _ = try Self(BackendConfiguration(url: SourceURL(""), parameters: parameters, cacheFolder: ""))
    }

    /// - Parameter setting: nil or empty for the remote's HEAD; 40 hexadecimal digits are a commit id.
    init(_ setting: String?) {
        switch setting {
        case nil, "", "HEAD": self = .head
        case let name? where name.hasPrefix("refs/"): self = .full(name)
        case let name?: self = ObjectID(hex: name.utf8).map { .commit($0) } ?? .short(name)
        }
    }

    /// The refs that may be meant, the first one that exists is.
    var candidates: [String] {
        switch self {
        case .head: ["HEAD"]
        case .short(let name): ["refs/heads/\(name)", "refs/tags/\(name)"]
        case .full(let name): [name]
        case .commit, .newestTag: []
        }
    }

    /// What the names of all refs that may be meant begin with: what a server is asked for.
    var prefixes: [String] {
        if case .newestTag(let tags) = self { ["refs/tags/\(tags.prefix)"] } else { candidates }
    }

    /// The name of the pin that keeps its commit in a mirror. A hash, for a ref's name need not be a legal one below
    /// another.
    var pin: String {
        let name: String =
            switch self {
            case .commit(let id): id.hex
            case .newestTag(let tags): "tags \(tags.text)"
            default: candidates.joined(separator: " ")
            }
        return Hexadecimal.text(of: SHA256.hash(data: Array(name.utf8)).prefix(16))
    }

    /// What is wrong with the name, or nil. No legal ref has such characters, and none of them may reach a request.
    /// - Source: git-check-ref-format(1).
    var fault: String? {
        switch self {
        case .short(let name) where Self.isIllegal(name): "\"\(EscapedName(name))\" is no legal branch or tag name"
        case .full(let name) where Self.isIllegal(name): "\"\(EscapedName(name))\" is no legal ref name"
        default: nil
        }
    }

    /// Too long a name would not fit into a packet.
    static func isIllegal(_ name: String) -> Bool {
        name.utf8.count > 1_000 || name.contains("..")
            || name.utf8.contains { $0 <= 0x20 || $0 == 0x7F || "~^:?*[\\".utf8.contains($0) }
    }

    /// Why nothing that could be meant exists in the repository at `place`.
    func missing(at place: String) -> GitFailure {
        switch self {
        case .head:
            GitFailure(
                .notFound,
                "cannot follow the HEAD of \"\(place)\": it names no commit, for the repository is empty or HEAD names a "
                    + "branch that does not exist",
                advice: "push a commit, or set `branch` to one that exists")
        case .short(let name):
            GitFailure(
                .notFound, "cannot follow \"\(EscapedName(name))\" of \"\(place)\": no branch or tag has this name",
                advice: "set `branch` to one that exists")
        case .full(let name):
            GitFailure(
                .notFound, "cannot follow \"\(EscapedName(name))\" of \"\(place)\": there is no such ref",
                advice: "set `branch` to a ref that exists")
        case .newestTag(let tags): TagSearch(tags).missing(at: place)
        case .commit(let id):
            GitFailure(
                .notFound,
                "cannot read commit \(id) of \"\(place)\": the repository does not have it, or does not hand it out",
                advice: "set `branch` to a commit that a branch or tag still reaches")
        }
    }
}
