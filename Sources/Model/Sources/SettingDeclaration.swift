/// One setting of a backend, declared once: flags, validation, redaction and documentation come from it.
package struct SettingDeclaration: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case text
        /// A whole number, at least 1.
        case count
        /// Bytes: a whole number, optionally followed by `KiB`, `MiB` or `GiB`.
        case size
        /// `true` or `false`.
        case flag
        /// A whole number followed by `ms`, `s`, `m` or `h`; seconds without a unit.
        case duration
        /// A URL or a host. It is shown, so it holds no password.
        case address
        /// Texts, one a line; in a declaration also an array.
        case list
    }

    /// NetBox's key in `parameters` where NetBox has the setting.
    package let name: String
    package let kind: Kind
    /// One sentence for a person.
    package let help: String
    /// As a person would type it; nil for none.
    package let defaultValue: String?
    package let isRequired: Bool
    /// Never printed, logged, or put into an error or an audit row.
    package let isSecret: Bool

    package init(
        _ name: String, kind: Kind = .text, help: String, defaultValue: String? = nil, isRequired: Bool = false,
        isSecret: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.help = help
        self.defaultValue = defaultValue
        self.isRequired = isRequired
        self.isSecret = isSecret
    }

    /// The settings that every backend has, since the stages read them.
    package static let common = [
        SettingDeclaration(
            "size_limit", kind: .size, help: "Files larger than this are reported and not replicated.",
            defaultValue: "16MiB"),
        SettingDeclaration(
            IncludePatterns.settingName, kind: .list,
            help: "Patterns, one a line, of which a file must match one; matched and then followed by ignore rules."),
        SettingDeclaration(
            "use_sluiceignore", kind: .flag,
            help: "Whether ignore rules are also read from the file .sluiceignore at the source's root.",
            defaultValue: "false"),
    ]

    /// What is wrong with `value`, as a clause in lower case, or nil when it is legal.
    package func fault(in value: String) -> String? {
        if name == IncludePatterns.settingName, let clause = IncludePatterns.fault(in: value) { return clause }
        return switch kind {
        case .text, .list: value.isEmpty ? "must not be empty" : nil
        case .address:
            if value.isEmpty {
                "must not be empty"
            } else if SourceURL(value).shown != value {
                "must not hold a user name, password or query: it is shown in listings"
            } else {
                nil
            }
        case .count: Int(value).map { $0 >= 1 } == true ? nil : "must be a whole number, at least 1"
        case .size: ByteSize.bytes(in: value) != nil ? nil : "must be a size such as \"512KiB\", \"16MiB\" or \"1GiB\""
        case .flag: ["true", "false"].contains(value) ? nil : "must be \"true\" or \"false\""
        case .duration:
            Duration(setting: value) != nil ? nil : "must be a time such as \"500ms\", \"20s\", \"5m\" or \"1h\""
        }
    }
}

extension Duration {
    /// Reads what a person types for a setting: `500ms`, `20s`, `5m`, `1h`, or seconds without a unit.
    ///
    /// Nil for anything else, for nothing at all, and for more than 1,000 hours.
    package init?(setting text: String) {
        let digits = text.prefix { $0.asciiValue?.isDigit ?? false }
        let milliseconds: [Substring: Int64] = ["ms": 1, "s": 1_000, "": 1_000, "m": 60_000, "h": 3_600_000]
        guard let count = Int64(digits), count > 0, let factor = milliseconds[text[digits.endIndex...]],
            count <= 3_600_000_000 / factor
        else { return nil }
        self = .milliseconds(count * factor)
    }
}
