/// Which files a data source takes at all: shell patterns of which one must match, if there are any.
///
/// Matched as ignore rules are: against the whole path and against its last component, `*` crosses `/`, case matters.
package struct IncludePatterns: Sendable, Equatable {
    private let patterns: [ShellPattern]

    /// - Parameter lines: one pattern each; without any, every file matches.
    package init(_ lines: [String] = []) { patterns = lines.map { ShellPattern($0) } }

    /// Whether every file is taken.
    package var isEmpty: Bool { patterns.isEmpty }

    /// Whether the file at `path` is taken.
    package func match(_ path: String) -> Bool {
        guard !patterns.isEmpty else { return true }
        let bytes = Array(path.utf8)
        let lastComponent = bytes[(bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
        return patterns.contains { $0.matches(bytes[...]) || $0.matches(lastComponent) }
    }

    /// Whether no path below `directory` can match.
    ///
    /// Decided by what a pattern begins with, up to its first wildcard, and only for one that has a `/`: any other may
    /// match the last component of any path.
    package func matchNothing(below directory: String) -> Bool {
        guard !patterns.isEmpty else { return false }
        let bytes = Array((directory + "/").utf8)
        return patterns.allSatisfy { pattern in
            guard pattern.hasSlash else { return false }
            let start = pattern.literalStart
            if start.starts(with: bytes) { return start.count == bytes.count && pattern.isLiteral }
            return pattern.isLiteral || !bytes.starts(with: start)
        }
    }
}
