package import Model

/// An attribute that a constraint may look at.
package struct AttributeDeclaration: Sendable, Equatable {
    package enum Kind: Sendable { case text, number, flag, texts }

    /// NetBox's name, relations with `__`.
    package let name: String
    package let kind: Kind

    init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

extension ObjectType {
    /// What constraints on this type may look at. Moments are left out, and so is content.
    package var attributes: [AttributeDeclaration] {
        switch self {
        case .dataSource: Self.sourceAttributes
        case .dataFile: Self.fileAttributes
        case .configContext: Self.contextAttributes
        case .configTemplate: Self.configTemplateAttributes
        case .exportTemplate: Self.exportTemplateAttributes
        case .user: Self.userAttributes
        case .group: [AttributeDeclaration("name", .text)]
        case .objectPermission: Self.permissionAttributes
        case .configRevision: [AttributeDeclaration("name", .text)]
        }
    }

    private static let sourceAttributes = [
        AttributeDeclaration("id", .number), AttributeDeclaration("name", .text), AttributeDeclaration("type", .text),
        AttributeDeclaration("source_url", .text), AttributeDeclaration("enabled", .flag),
        AttributeDeclaration("description", .text), AttributeDeclaration("ignore_rules", .text),
        AttributeDeclaration("sync_interval", .number),
    ]

    private static let fileAttributes =
        [
            AttributeDeclaration("id", .number), AttributeDeclaration("path", .text),
            AttributeDeclaration("size", .number), AttributeDeclaration("hash", .text),
        ] + sourceAttributes(through: "source")

    private static let contextAttributes = objectAttributes(.configContext)
    private static let configTemplateAttributes = objectAttributes(.configTemplate)
    private static let exportTemplateAttributes = objectAttributes(.exportTemplate)

    private static let userAttributes = [
        AttributeDeclaration("id", .number), AttributeDeclaration("username", .text),
        AttributeDeclaration("is_superuser", .flag), AttributeDeclaration("is_active", .flag),
        AttributeDeclaration("groups__name", .texts),
    ]

    private static let permissionAttributes = [
        AttributeDeclaration("name", .text), AttributeDeclaration("description", .text),
        AttributeDeclaration("enabled", .flag), AttributeDeclaration("object_types", .texts),
        AttributeDeclaration("actions", .texts), AttributeDeclaration("users__username", .texts),
        AttributeDeclaration("groups__name", .texts),
    ]

    private static func sourceAttributes(through relation: String) -> [AttributeDeclaration] {
        [AttributeDeclaration(relation, .number)]
            + sourceAttributes.map { AttributeDeclaration("\(relation)__\($0.name)", $0.kind) }
    }

    private static func objectAttributes(_ kind: ObjectKindName) -> [AttributeDeclaration] {
        [
            AttributeDeclaration("id", .number), AttributeDeclaration("name", .text),
            AttributeDeclaration("data_path", .text), AttributeDeclaration("auto_sync_enabled", .flag),
        ] + sourceAttributes(through: "data_source")
            + kind.fields.compactMap { field in
                switch field.kind {
                case .text: AttributeDeclaration(field.name, .text)
                case .integer: AttributeDeclaration(field.name, .number)
                case .flag: AttributeDeclaration(field.name, .flag)
                case .names, .objectTypes: AttributeDeclaration(field.name, .texts)
                case .environment: nil
                }
            }
    }
}
