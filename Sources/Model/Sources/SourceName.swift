/// A data source's name: 1...100 Unicode scalars, no control characters of ASCII, no space at either end; unique,
/// case-sensitive.
package struct SourceName: ExactText, Sendable {
    package let description: String

    /// - Throws: ``NameFault``.
    package init(_ name: String) throws(NameFault) {
        if let fault = NameFault(in: name) { throw fault }
        description = name
    }

    /// Takes back a name that was checked when it was stored.
    package init(stored name: String) { description = name }
}

/// Why a text cannot name a data source or a synced object.
package enum NameFault: String, Error, Sendable {
    case empty = "a name needs at least one character"
    case tooLong = "a name has at most 100 characters"
    case control = "a name has no control characters"
    case space = "a name neither starts nor ends with a space"

    package init?(in name: String) {
        if name.isEmpty { self = .empty; return }
        if name.unicodeScalars.count > 100 { self = .tooLong; return }
        if name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) { self = .control; return }
        if name.first == " " || name.last == " " { self = .space; return }
        return nil
    }
}
