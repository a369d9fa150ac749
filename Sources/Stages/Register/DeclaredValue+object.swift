internal import Model

/// One entry of `config_contexts`, `config_templates` or `export_templates`.
extension DeclaredValue {
    enum ObjectOrPattern {
        case object(ObjectDraft)
        case pattern(LinkPatternSettings)
    }

    func objectOrPattern(_ name: ObjectKindName) -> ObjectOrPattern? {
        let kind = ObjectKinds.kind(name)
        let linkKeys = ["data_source", "data_path", "auto_sync_enabled"]
        let allowed = ["name"] + kind.fields.map(\.name) + [kind.contentKey] + linkKeys
        guard let members = members(allowed: allowed) else { return nil }
        let fields = fields(members, of: kind)
        if let path = members["data_path"]?.string, PathPattern.isPattern(path) {
            return pattern(name, members, fields: fields, contentKey: kind.contentKey).map { .pattern($0) }
        }
        guard require(["name"], in: members), let objectName = members["name"]?.objectName else { return nil }
        if let reason = kind.fault(in: objectName) { faults.add(members["name"]?.place ?? place, reason) }
        var draft = ObjectDraft(reference: ObjectReference(name, objectName), fields: fields)
        draft.link = link(members)
        if let content = members[kind.contentKey] {
            if draft.link != nil {
                return content.fault("give either \"\(kind.contentKey)\" or \"data_source\" and \"data_path\"")
            }
            draft.content = content.parsed { try kind.content(from: content.value) }
        }
        return .object(draft)
    }

    private var objectName: ObjectName? { string.flatMap { text in parsed { try ObjectName(text) } } }

    private func fields(_ members: [String: DeclaredValue], of kind: any ObjectKind) -> [String: JSONValue] {
        var fields: [String: JSONValue] = [:]
        for field in kind.fields {
            guard let value = members[field.name] else {
                if field.isRequired { faults.add(place, "the key \"\(field.name)\" is missing: \(field.help)") }
                continue
            }
            if let reason = field.fault(in: value.value) {
                faults.add(value.place, reason)
            } else if value.value != field.defaultValue {
                fields[field.name] = value.value
            }
        }
        return fields
    }

    private func link(_ members: [String: DeclaredValue]) -> SyncedObject.Link? {
        guard members["data_source"] != nil || members["data_path"] != nil else {
            if let enabled = members["auto_sync_enabled"], enabled.value == true {
                return enabled.fault("needs \"data_source\" and \"data_path\"")
            }
            return nil
        }
        guard require(["data_source", "data_path"], in: members), let source = members["data_source"]?.sourceName,
            let declared = members["data_path"], let text = declared.string,
            let path = declared.parsed({ try RelativePath(text) })
        else { return nil }
        return SyncedObject.Link(
            source: source, path: path, isAutoSyncEnabled: members["auto_sync_enabled"]?.bool ?? false)
    }

    private func pattern(
        _ kind: ObjectKindName, _ members: [String: DeclaredValue], fields: [String: JSONValue], contentKey: String
    ) -> LinkPatternSettings? {
        if let name = members["name"] {
            return name.fault("a pattern makes the names from the paths; leave the name out")
        }
        if let content = members[contentKey] { return content.fault("a pattern takes its content from its files") }
        guard require(["data_source"], in: members), let source = members["data_source"]?.sourceName,
            let declared = members["data_path"], let text = declared.string,
            let pattern = declared.parsed({ try PathPattern(text) })
        else { return nil }
        return LinkPatternSettings(
            kind: kind, source: source, pattern: pattern, fields: fields,
            isAutoSyncEnabled: members["auto_sync_enabled"]?.bool ?? false)
    }
}
