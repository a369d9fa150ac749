internal import Model

/// The tags among which a data source follows the newest: their common beginning, and a range of versions after it.
struct TagRange: Sendable, Hashable {
    /// What a tag's name has before its version. Empty stands for none, or a `v`.
    let prefix: String
    let range: VersionRange
    /// As a person wrote it, for messages.
    let text: String

    /// Reads `text`, such as `v1.2.x`, `leaf-v1.2.x`, `^1.4` or `leaf-v>=1.2 <2`. What stands before the first version
    /// is the prefix; each alternative of the range may repeat it.
    ///
    /// - Parameter given: the prefix, when it cannot be told from the range since it holds digits itself. `text` may
    ///   begin with it, and with a `v` after it.
    /// - Throws: `BackendError`, `.settings`.
    init(_ text: String, prefix given: String?) throws(BackendError) {
        let written = text.drop { $0 == " " }
        let rest = given.map { written.hasPrefix($0) ? written.dropFirst($0.count) : written } ?? written
        var start = rest.prefix { !Self.beginsVersion.contains($0) }
        // A wildcard is a letter, and so it is only one if nothing of the range follows it.
        if rest.dropFirst(start.count).isEmpty, ["x", "X"].contains(start) { start = "" }
        let prefix = (given ?? "") + start
        if RefSelection.isIllegal(prefix) {
            throw Self.fault(text, "\"\(EscapedName(prefix))\" is no legal beginning of a tag's name")
        }
        guard start.isEmpty || !rest.dropFirst(start.count).isEmpty else {
            throw Self.fault(text, "it names no versions after \"\(EscapedName(prefix))\": write `*` there for any")
        }
        let alternatives = VersionRange.alternatives(of: String(rest)).map { alternative in
            let bare = alternative.drop { $0 == " " }
            return bare.hasPrefix(prefix)
                ? bare.dropFirst(prefix.count) : bare.dropFirst(bare.hasPrefix(start) ? start.count : 0)
        }
        do throws(VersionRange.Fault) {
            range = try VersionRange(alternatives.joined(separator: "||"))
        } catch {
            throw Self.fault(text, error.clause)
        }
        self.prefix = prefix
        self.text = given.map { text.hasPrefix($0) ? text : $0 + text } ?? text
    }

    /// The version that a tag of this name stands for; nil when it has another beginning, or none that is a version.
    func version(of tag: Substring) -> SemanticVersion? {
        guard tag.hasPrefix(prefix) else { return nil }
        let rest = tag.dropFirst(prefix.count)
        return SemanticVersion(prefix.isEmpty && rest.hasPrefix("v") ? rest.dropFirst() : rest)
    }

    private static let beginsVersion: Set<Character> = Set("0123456789^~<>=*|")

    private static func fault(_ text: String, _ clause: String) -> BackendError {
        BackendError(
            .settings, "cannot follow `tag_range` \"\(EscapedName(text))\": \(clause)",
            advice:
                "write a range such as v1.2.x, leaf-v1.2.x, ^1.4 or >=1.2 <2; set `tag_prefix` to a prefix with digits")
    }
}

/// Finds the newest tag in a range, shown one tag after the other.
struct TagSearch {
    private let range: TagRange
    private(set) var chosen: (version: SemanticVersion, ref: String)?
    /// For whoever finds nothing: the newest outside the range too, newest first.
    private var others: [(version: SemanticVersion, name: Substring)] = []

    private static let mostOthers = 5
    private static let folder = "refs/tags/"

    init(_ range: TagRange) { self.range = range }

    /// Looks at one ref.
    ///
    /// - Returns: whether it is the newest in the range so far. Of tags with the same precedence it is the one whose
    ///   name comes last, so that the choice does not depend on the order in which they are shown.
    mutating func take(_ ref: String) -> Bool {
        guard ref.hasPrefix(Self.folder) else { return false }
        let name = ref.dropFirst(Self.folder.count)
        guard let version = range.version(of: name) else { return false }
        note(version, name)
        guard range.range.contains(version) else { return false }
        if let chosen, version < chosen.version || (version == chosen.version && ref < chosen.ref) { return false }
        chosen = (version, ref)
        return true
    }

    private mutating func note(_ version: SemanticVersion, _ name: Substring) {
        guard !others.contains(where: { $0.name == name }) else { return }
        others.insert((version, name), at: others.firstIndex { $0.version < version } ?? others.endIndex)
        if others.count > Self.mostOthers { others.removeLast() }
    }

    /// Why nothing was chosen.
    func missing(at place: String) -> GitFailure {
        let doing = "cannot follow the newest tag in \"\(EscapedName(range.text))\" of \"\(place)\""
        guard !others.isEmpty else {
            let beginning = range.prefix.isEmpty ? "no tag is" : "no tag is \"\(EscapedName(range.prefix))\" and"
            return GitFailure(
                .notFound, "\(doing): \(beginning) a version such as 1.2.3",
                advice: "set `tag_range` to a range of tags that exist, or follow a `branch`")
        }
        let names = others.map { "\"\(EscapedName(String($0.name)))\"" }.joined(separator: ", ")
        return GitFailure(
            .notFound, "\(doing): no tag is in this range; the newest outside it: \(names)",
            advice: "push a tag that is, or set `tag_range` to a range with one of these; "
                + "a pre-release is only in a range that names it")
    }
}
