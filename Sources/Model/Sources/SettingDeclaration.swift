/// One setting of a backend, declared once: flags, validation, redaction and documentation come from it.
package struct SettingDeclaration: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case text
        /// A whole number, at least 1.
        case count
        /// Bytes: a whole number, optionally followed by `KiB`, `MiB` or `GiB`.
        case size
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
            defaultValue: "16MiB")
    ]

    /// What is wrong with `value`, as a clause in lower case, or nil when it is legal.
    package func fault(in value: String) -> String? {
        switch kind {
        case .text: value.isEmpty ? "must not be empty" : nil
        case .count: Int(value).map { $0 >= 1 } == true ? nil : "must be a whole number, at least 1"
        case .size: ByteSize.bytes(in: value) != nil ? nil : "must be a size such as \"512KiB\", \"16MiB\" or \"1GiB\""
        }
    }
}

/// Amounts of bytes as a person types them.
package enum ByteSize {
    /// A whole number of bytes, KiB, MiB or GiB; nil for anything else and for amounts beyond 2^62.
    package static func bytes(in text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[digits.endIndex...].drop { $0 == " " }.lowercased()
        let factors: [String: Int64] = ["": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30]
        guard let count = Int64(digits), let factor = factors[unit] else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow || bytes > 1 << 62 ? nil : bytes
    }

    /// With one decimal and the largest fitting unit, such as `1.5 MiB`.
    package static func text(_ bytes: Int64) -> String {
        guard bytes >= 1_024 else { return "\(bytes) B" }
        var whole = bytes
        var rest: Int64 = 0
        var units = ["B", "KiB", "MiB", "GiB", "TiB"][...]
        while whole >= 1_024, units.count > 1 {
            rest = whole % 1_024
            whole /= 1_024
            units.removeFirst()
        }
        return "\(whole).\(rest * 10 / 1_024) \(units.first ?? "B")"
    }
}
