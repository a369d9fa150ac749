/// NetBox's ignore rules: one shell pattern a line, matched against the whole path and against its last component.
///
/// As in NetBox, `*` crosses `/`, matching is case-sensitive, blank lines match nothing, and `#` is no comment. Files
/// whose name starts with a dot, and everything below a directory whose name does, are left out at any depth (NetBox
/// looks at top-level directories only). Beyond NetBox, a line that begins with `!` takes back what earlier lines and
/// the dot rule left out; the last line that matches decides.
package struct IgnoreRules: Sendable, Equatable {
    package let text: String
    private let rules: [Rule]
    private let canReinclude: Bool

    private struct Rule: Sendable, Equatable {
        let pattern: ShellPattern
        let reincludes: Bool
    }

    /// Reads `text`, one rule a line; every text is legal.
    package init(_ text: String = "") {
        self.text = text
        rules = text.split(whereSeparator: \.isNewline).compactMap { line in
            if line.first == "!" { return Rule(pattern: ShellPattern(String(line.dropFirst())), reincludes: true) }
            return Rule(pattern: ShellPattern(String(line)), reincludes: false)
        }
        canReinclude = rules.contains(where: \.reincludes)
    }

    /// Whether the file at `path` is left out.
    package func ignore(_ path: String) -> Bool {
        var isIgnored = Self.hasDotComponent(path)
        guard !rules.isEmpty else { return isIgnored }
        let bytes = Array(path.utf8)
        let lastComponent = bytes[(bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
        for rule in rules where rule.reincludes == isIgnored {
            if rule.pattern.matches(bytes[...]) || rule.pattern.matches(lastComponent) {
                isIgnored = !rule.reincludes
            }
        }
        return isIgnored
    }

    /// Whether every path below `directory` is left out.
    ///
    /// Only a pattern that ends in `*` can promise that: when it matches `directory/`, its last `*` also takes in
    /// whatever follows. With any `!` rule the answer is always no.
    package func ignoreEverything(below directory: String) -> Bool {
        guard !canReinclude else { return false }
        if Self.hasDotComponent(directory) { return true }
        let bytes = Array((directory + "/").utf8)
        return rules.contains { $0.pattern.endsInStar && $0.pattern.matches(bytes[...]) }
    }

    private static func hasDotComponent(_ path: String) -> Bool {
        var atStart = true
        for byte in path.utf8 {
            if atStart, byte == UInt8(ascii: ".") { return true }
            atStart = byte == UInt8(ascii: "/")
        }
        return false
    }
}
