/// Which files of a remote a data source wants: its include patterns, its ignore rules and its size limit.
package struct FileSelection: Sendable {
    package let rules: IgnoreRules
    /// One of them must match, if there are any; then the rules apply.
    package let includePatterns: IncludePatterns
    /// Larger files are problems and are never read into memory.
    package let sizeLimitInBytes: Int64
    /// Whether a snapshot also obeys the ``IgnoreFile`` at its root, if there is one. It is read from the revision that
    /// is listed; when it is there and cannot be used, the snapshot fails.
    package let usesIgnoreFile: Bool
    private let ignoreFile: IgnoreFile?

    /// 16 MiB.
    package static let defaultSizeLimitInBytes: Int64 = 16 << 20

    package init(
        rules: IgnoreRules = IgnoreRules(), includes: IncludePatterns = IncludePatterns(),
        sizeLimitInBytes: Int64 = defaultSizeLimitInBytes, usesIgnoreFile: Bool = false
    ) {
        self.init(rules, includes, sizeLimitInBytes, usesIgnoreFile: usesIgnoreFile, nil)
    }

    private init(
        _ rules: IgnoreRules, _ includes: IncludePatterns, _ sizeLimitInBytes: Int64, usesIgnoreFile: Bool,
        _ ignoreFile: IgnoreFile?
    ) {
        self.rules = rules
        includePatterns = includes
        self.sizeLimitInBytes = sizeLimitInBytes
        self.usesIgnoreFile = usesIgnoreFile
        self.ignoreFile = ignoreFile
    }

    /// The same selection, obeying what lies in the tree.
    package func obeying(_ ignoreFile: IgnoreFile?) -> FileSelection {
        FileSelection(rules, includePatterns, sizeLimitInBytes, usesIgnoreFile: usesIgnoreFile, ignoreFile)
    }

    /// Whether the file at `path` belongs to the source.
    package func includes(_ path: RelativePath) -> Bool { includes(path.string) }

    /// The same for a path that may not be legal.
    package func includes(_ path: String) -> Bool {
        includePatterns.match(path) && !rules.ignore(path, after: ignoreFile?.rules)
    }

    /// Whether nothing below `directory` (its path without a `/` at the end) can be included, so that it need not be
    /// entered. A false answer promises nothing.
    package func prunes(_ directory: String) -> Bool {
        includePatterns.matchNothing(below: directory)
            || rules.ignoreEverything(below: directory, after: ignoreFile?.rules)
    }

    /// Whether it has nothing that leaves files out, except what is too large or begins with a dot.
    package var takesAll: Bool { includePatterns.isEmpty && rules.isEmpty && !usesIgnoreFile }

    /// The problem of a file of this size, or nil when it is within the limit.
    package func problem(ofSize size: Int64, at path: RelativePath) -> FileProblem? {
        guard size > sizeLimitInBytes else { return nil }
        return FileProblem(
            path: path, kind: .tooLarge, reason: "\(size) bytes are over the limit of \(sizeLimitInBytes) bytes")
    }
}
