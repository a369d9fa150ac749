/// The kinds of objects whose content follows a file.
package enum ObjectKindName: String, Sendable, CaseIterable, Hashable {
    case configContext = "config-context"
    case configTemplate = "config-template"
    case exportTemplate = "export-template"

    /// NetBox's object type: `extras.configcontext`.
    package var objectType: ObjectType {
        switch self {
        case .configContext: .configContext
        case .configTemplate: .configTemplate
        case .exportTemplate: .exportTemplate
        }
    }

    /// For a person: `config context`.
    package var label: String { rawValue.replacing("-", with: " ") }

    /// The key of the kind's list in `datasources.json`: `config_contexts`.
    package var pluralKey: String { rawValue.replacing("-", with: "_") + "s" }
}

/// One synced object as a person names it: `config-template/leaf`.
package struct ObjectReference: Hashable, Sendable, CustomStringConvertible {
    package let kind: ObjectKindName
    package let name: ObjectName

    package init(_ kind: ObjectKindName, _ name: ObjectName) {
        self.kind = kind
        self.name = name
    }

    package var description: String { "\(kind.rawValue)/\(name)" }

    /// In a sentence: `config template "leaf"`.
    package var subject: String { "\(kind.label) \"\(name)\"" }
}

/// A synced object's name: 1...100 Unicode scalars, no control characters of ASCII, no space at either end; unique in its
/// kind.
///
/// NetBox lets two config templates share a name; here a name must find one object.
package struct ObjectName: ExactText, Sendable {
    package let description: String

    /// - Throws: ``NameFault``.
    package init(_ name: String) throws(NameFault) {
        if let fault = NameFault(in: name) { throw fault }
        description = name
    }

    /// Takes back a name that was checked when it was stored.
    package init(stored name: String) { description = name }
}
