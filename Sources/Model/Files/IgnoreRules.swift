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

    /// Whether nothing is left out but what begins with a dot.
    package var isEmpty: Bool { rules.isEmpty }

    /// Whether the file at `path` is left out.
    ///
    /// - Parameter earlier: rules of somebody who may only leave out more: what they take back is none but their own.
    package func ignore(_ path: String, after earlier: IgnoreRules? = nil) -> Bool {
        var isIgnored = Self.hasDotComponent(path)
        let others = earlier?.rules ?? []
        guard !rules.isEmpty || !others.isEmpty else { return isIgnored }
        let bytes = Array(path.utf8)
        let lastComponent = bytes[(bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
        if Self.outcome(of: others, from: false, bytes[...], lastComponent) { isIgnored = true }
        return Self.outcome(of: rules, from: isIgnored, bytes[...], lastComponent)
    }

    /// Whether a file is left out after `rules`, when before them `isIgnored` says so.
    private static func outcome(
        of rules: [Rule], from isIgnored: Bool, _ path: ArraySlice<UInt8>, _ lastComponent: ArraySlice<UInt8>
    ) -> Bool {
        var isIgnored = isIgnored
        for rule in rules where rule.reincludes == isIgnored {
            if rule.pattern.matches(path) || rule.pattern.matches(lastComponent) { isIgnored = !rule.reincludes }
        }
        return isIgnored
    }

    /// Whether every path below `directory` is left out.
    ///
    /// Only a pattern that ends in `*` can promise that: when it matches `directory/`, its last `*` also takes in
    /// whatever follows. With any `!` rule the answer is always no.
    package func ignoreEverything(below directory: String, after earlier: IgnoreRules? = nil) -> Bool {
        guard !canReinclude else { return false }
        if Self.hasDotComponent(directory) { return true }
        let bytes = Array((directory + "/").utf8)
        func takesIn(_ rule: Rule) -> Bool { rule.pattern.endsInStar && rule.pattern.matches(bytes[...]) }
        if rules.contains(where: takesIn) { return true }
        guard let earlier, !earlier.canReinclude else { return false }
        return earlier.rules.contains(where: takesIn)
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
