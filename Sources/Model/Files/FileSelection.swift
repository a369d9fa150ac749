/// Which files of a remote a data source wants: its ignore rules and its size limit.
package struct FileSelection: Sendable {
    package let rules: IgnoreRules
    /// Larger files are problems and are never read into memory.
    package let sizeLimitInBytes: Int64

    /// 16 MiB.
    package static let defaultSizeLimitInBytes: Int64 = 16 << 20

    package init(rules: IgnoreRules = IgnoreRules(), sizeLimitInBytes: Int64 = defaultSizeLimitInBytes) {
        self.rules = rules
        self.sizeLimitInBytes = sizeLimitInBytes
    }

    /// Whether the file at `path` belongs to the source.
    package func includes(_ path: RelativePath) -> Bool { !rules.ignore(path.string) }

    /// Whether nothing below `directory` (its path without a `/` at the end) can be included, so that it need not be
    /// entered. A false answer promises nothing.
    package func prunes(_ directory: String) -> Bool { rules.ignoreEverything(below: directory) }

    /// The problem of a file of this size, or nil when it is within the limit.
    package func problem(ofSize size: Int64, at path: RelativePath) -> FileProblem? {
        guard size > sizeLimitInBytes else { return nil }
        return FileProblem(
            path: path, kind: .tooLarge, reason: "\(size) bytes are over the limit of \(sizeLimitInBytes) bytes")
    }
}
