internal import Model

extension CatalogEditor {
    func addPattern(_ settings: LinkPatternSettings, _ objects: [PatternedObject], _ problems: [FileProblem]) throws {
        let source = try db.sourceID(of: settings.source)
        let id: LinkPatternID? = try db.value(
            LinkSQL.addPattern, settings.kind, source, settings.pattern, JSONValue.object(settings.fields),
            settings.isAutoSyncEnabled)
        guard let id else { throw taken(settings) }
        try audit(.add, settings, detail: "of data source \"\(settings.source)\"")
        for problem in problems { try db.addProblem(problem, of: source) }
        for object in objects {
            let (kind, name) = (object.reference.kind, object.reference.name)
            switch try db.add(object, pattern: id, source: source, at: now) {
            case .made:
                try audit(
                    .add, kind.objectType, name.description, detail: "for a file of data source \"\(settings.source)\"")
            case .linkedAlready: break
            case .madeInPlaceOf, .nameTaken: throw StoreError.nameTaken("\(kind.label) \"\(name)\"")
            }
        }
    }

    func changePattern(_ id: LinkPatternID, to settings: LinkPatternSettings) throws {
        let before = try pattern(id).settings
        let source = try db.sourceID(of: settings.source)
        let isTaken: Bool? = try db.value(
            LinkSQL.patternTakenByAnother, settings.kind, source, settings.pattern, id)
        guard isTaken == false else { throw taken(settings) }
        try db.run(
            LinkSQL.changePattern, settings.kind, source, settings.pattern, JSONValue.object(settings.fields),
            settings.isAutoSyncEnabled, id)
        var changes = ChangedFields()
        changes.note("kind", before.kind != settings.kind)
        changes.note("data_source", before.source.description, settings.source.description)
        changes.note("data_path", before.pattern.description, settings.pattern.description)
        changes.note(prefix: "", before.fields, settings.fields)
        changes.note("auto_sync_enabled", before.isAutoSyncEnabled != settings.isAutoSyncEnabled)
        try audit(.change, settings, detail: changes.description)
    }

    func removePattern(_ id: LinkPatternID) throws {
        let settings = try pattern(id).settings
        try db.run(LinkSQL.releaseObjects, id)
        try db.run(LinkSQL.removePattern, id)
        try audit(.delete, settings, detail: "of data source \"\(settings.source)\"")
    }

    /// Throws `.notFound`.
    func pattern(_ id: LinkPatternID) throws -> LinkPattern {
        guard let pattern = try db.first(LinkSQL.patternWithID, id, read: { columns in try columns.linkPattern() })
        else { throw StoreError.notFound("pattern with the number \(id.number)") }
        return pattern
    }

    private func taken(_ settings: LinkPatternSettings) -> StoreError {
        .nameTaken("pattern \"\(settings.pattern)\" of data source \"\(settings.source)\"")
    }

    private func audit(_ action: Action, _ settings: LinkPatternSettings, detail: String) throws {
        try audit(action, settings.kind.objectType, "pattern \(settings.pattern)", detail: detail)
    }
}
