package import Model

/// Synced objects.
extension Target {
    /// - Parameter source: the data source that the object is linked to; without it only its name is known.
    package init(_ object: SyncedObject, source: DataSource?) {
        self.init(object, source: source.map { SourceAttributes($0) }, sourceID: nil)
    }

    init(_ object: SyncedObject, source: SourceAttributes?, sourceID: SourceID? = nil) {
        self.init(
            object.reference, id: object.id, fields: object.fields, link: object.link,
            source: source ?? object.link.map { SourceAttributes(name: $0.source, id: sourceID) })
    }

    init(
        _ reference: ObjectReference, id: ObjectID?, fields: [String: JSONValue], link: SyncedObject.Link?,
        source: SourceAttributes?
    ) {
        let kind = reference.kind
        self.init(kind.objectType, named: reference.name.description) { attribute in
            switch attribute {
            case "id": return id.map { .integer($0.number) }
            case "name": return .string(reference.name.description)
            case "data_path": return .string(link?.path.string ?? "")
            case "auto_sync_enabled": return .bool(link?.isAutoSyncEnabled ?? false)
            default:
                if attribute.hasPrefix("data_source") {
                    // Without a link there is no source, which is known: NetBox has null there.
                    guard link != nil else { return .null }
                    return source?.value(of: attribute, through: "data_source")
                }
                return fields[attribute] ?? kind.field(attribute)?.defaultValue
            }
        }
    }

    /// The objects that a pattern link makes: all that is known of them before they are there.
    init(_ settings: LinkPatternSettings, source: SourceAttributes?) {
        let type = settings.kind.objectType
        self.init(type, named: settings.pattern.description) { attribute in
            switch attribute {
            case "id", "name", "data_path": return .none
            case "auto_sync_enabled": return .bool(settings.isAutoSyncEnabled)
            default:
                if attribute.hasPrefix("data_source") {
                    let source = source ?? SourceAttributes(name: settings.source, id: nil)
                    return source.value(of: attribute, through: "data_source")
                }
                return settings.fields[attribute] ?? settings.kind.field(attribute)?.defaultValue
            }
        }
    }
}
