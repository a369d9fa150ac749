/// One of a kind's own fields, declared once: validation, defaults, flags, constraints and documentation come from it.
package struct ObjectField: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// At most so many characters; empty is legal.
        case text(longest: Int)
        case integer(ClosedRange<Int>)
        case flag
        /// A list of names or slugs, kept as given.
        case names
        /// A list of at least one `app.model`.
        case objectTypes
        /// See ``TemplateEnvironment``.
        case environment
    }

    /// NetBox's key.
    package let name: String
    package let kind: Kind
    /// What an object has that does not say; null for a required field.
    package let defaultValue: JSONValue
    package let isRequired: Bool
    /// One sentence for a person.
    package let help: String

    package init(_ name: String, _ kind: Kind, defaultValue: JSONValue, help: String) {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
        isRequired = false
        self.help = help
    }

    package init(required name: String, _ kind: Kind, help: String) {
        self.name = name
        self.kind = kind
        defaultValue = .null
        isRequired = true
        self.help = help
    }

    /// What is wrong with `value`, as a clause in lower case, or nil when it is legal.
    package func fault(in value: JSONValue) -> String? {
        switch (kind, value) {
        case (.text(let longest), .string(let text)):
            return text.unicodeScalars.count <= longest ? nil : "has at most \(longest) characters"
        case (.text, _): return "must be a string, not \(value.kind)"
        case (.integer(let range), .number(let text)):
            return Int(text).map(range.contains) == true
                ? nil : "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
        case (.integer, _): return "must be a whole number, not \(value.kind)"
        case (.flag, .bool): return nil
        case (.flag, _): return "must be true or false, not \(value.kind)"
        case (.names, .array(let names)):
            return names.allSatisfy(Self.isName) ? nil : "must hold names or slugs: strings of 1 to 100 characters"
        case (.names, _): return "must be a list of names or slugs, not \(value.kind)"
        case (.objectTypes, .array(let types)):
            if types.isEmpty { return "must name at least one type of objects" }
            return types.allSatisfy(Self.isObjectType) ? nil : "must hold types of objects such as \"dcim.device\""
        case (.objectTypes, _): return "must be a list of types of objects, not \(value.kind)"
        case (.environment, _): return TemplateEnvironment.fault(in: value)
        }
    }

    private static func isName(_ value: JSONValue) -> Bool {
        guard case .string(let name) = value else { return false }
        return !name.isEmpty && name.unicodeScalars.count <= 100
    }

    private static func isObjectType(_ value: JSONValue) -> Bool {
        guard case .string(let name) = value else { return false }
        let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 2
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy { $0.isLowerCaseLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
            }
    }
}
