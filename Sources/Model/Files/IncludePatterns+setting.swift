extension IncludePatterns {
    /// The name of the setting that holds them.
    package static let settingName = "include"

    /// What is wrong with patterns as they are given, one a line, as a clause in lower case; nil when nothing is.
    ///
    /// A `[` that no `]` closes stands for itself, which nobody means: such a pattern would match nothing, and a source
    /// without files looks like one whose files were all removed. Whoever means it writes `[[]`.
    package static func fault(in lines: String) -> String? {
        for line in lines.split(whereSeparator: \.isNewline) where ShellPattern.hasOpenSet(String(line)) {
            return "\"\(EscapedName(String(line)))\" has a \"[\" that no \"]\" closes; write \"[[]\" for a \"[\" itself"
        }
        return nil
    }
}
