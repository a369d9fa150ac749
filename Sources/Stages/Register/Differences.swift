internal import Model

/// Which fields of what is kept differ from what is declared, by NetBox's names. Texts differ by their bytes: two Unicode
/// forms of one text are two values.
extension DataSourceSettings {
    func differences(to other: DataSourceSettings) -> [String] {
        var fields: [String] = []
        if !type.isExactly(other.type) { fields.append("type") }
        if sourceURL != other.sourceURL { fields.append("source_url") }
        if isEnabled != other.isEnabled { fields.append("enabled") }
        if !description.isExactly(other.description) { fields.append("description") }
        if !ignoreRules.isExactly(other.ignoreRules) { fields.append("ignore_rules") }
        if syncInterval != other.syncInterval { fields.append("sync_interval") }
        let names = Set(parameters.keys).union(other.parameters.keys)
        return fields + names.filter { parameters[$0] != other.parameters[$0] }.sorted().map { "parameters.\($0)" }
    }
}

extension SyncedObject {
    func differences(to draft: ObjectDraft) -> [String] {
        let names = Set(fields.keys).union(draft.fields.keys)
        var changed = names.filter { fields[$0] != draft.fields[$0] }.sorted()
        if link?.source != draft.link?.source { changed.append("data_source") }
        if link?.path != draft.link?.path { changed.append("data_path") }
        if (link?.isAutoSyncEnabled ?? false) != (draft.link?.isAutoSyncEnabled ?? false) {
            changed.append("auto_sync_enabled")
        }
        if let content = draft.content, content.digest != self.content.present { changed.append("content") }
        return changed
    }
}

extension LinkPatternSettings {
    /// Such as `link of config templates to "templates/**/*.j2" in data source "core"`.
    var subject: String { "link of \(kind.label)s to \"\(pattern)\" in data source \"\(source)\"" }

    /// What is the same for one line of a declaration, whatever else of it changes.
    struct Line: Hashable {
        let kind: ObjectKindName
        let source: SourceName
        let pattern: PathPattern
    }

    var line: Line { Line(kind: kind, source: source, pattern: pattern) }

    func differences(to other: LinkPatternSettings) -> [String] {
        let names = Set(fields.keys).union(other.fields.keys)
        let changed = names.filter { fields[$0] != other.fields[$0] }.sorted()
        return changed + (isAutoSyncEnabled == other.isAutoSyncEnabled ? [] : ["auto_sync_enabled"])
    }
}
