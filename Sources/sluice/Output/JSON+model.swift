import Model
import Stages

/// The stable keys of `--format json`. A key once given stays; new ones may come.
extension JSONValue {
    static func time(_ time: Timestamp?) -> JSONValue { .text(time?.iso8601) }
    static func digest(_ digest: Digest?) -> JSONValue { .text(digest?.hex) }

    static func seconds(_ duration: Duration) -> JSONValue {
        let (seconds, attoseconds) = duration.components
        let milliseconds = String(1_000 + attoseconds / 1_000_000_000_000_000).dropFirst()
        return .number("\(seconds).\(milliseconds)")
    }

    static func revision(_ details: RevisionDetails?) -> JSONValue {
        guard let details else { return .null }
        return [
            "id": .string(details.revision.id), "ref": .text(details.ref), "author": .string(details.author),
            "authored_at": .time(details.authoredAt), "subject": .string(details.subject),
        ]
    }

    static func problem(_ problem: FileProblem) -> JSONValue {
        [
            "path": .string(problem.name.description), "kind": .string(problem.kind.rawValue),
            "reason": .string(problem.reason),
        ]
    }

    /// A data source; its secrets never leave the store.
    static func source(_ source: DataSource, type: BackendType?) -> JSONValue {
        let settings = source.settings
        let parameters = settings.parameters.map { ($0.key, parameter($0.value, type?.setting($0.key))) }
        return [
            "id": .integer(source.id.number), "name": .string(source.name.description),
            "type": .string(settings.type), "source_url": .string(settings.sourceURL.shown),
            "enabled": .bool(settings.isEnabled), "description": .string(settings.description),
            "ignore_rules": .string(settings.ignoreRules),
            "sync_interval": settings.syncInterval.map { .integer($0) } ?? .null,
            "parameters": .object(Dictionary(uniqueKeysWithValues: parameters)),
            "status": .string(source.state.status.rawValue), "generation": .integer(source.state.generation.number),
            "revision": .revision(source.state.revision), "last_synced": .time(source.state.lastSynced),
            "last_error": .text(source.state.lastError), "file_count": .integer(source.state.fileCount),
            "created": .time(source.state.created), "last_updated": .time(source.state.lastUpdated),
            "warnings": .array((type?.warnings(settings) ?? []).map { .string($0) }),
        ]
    }

    private static func parameter(_ value: ParameterValue, _ setting: SettingDeclaration?) -> JSONValue {
        switch value {
        // An earlier version took addresses with passwords in them.
        case .literal(let text) where setting?.kind == .address: .string(SourceURL(text).shown)
        case .literal(let text) where setting?.isSecret == false: .string(text)
        case .literal, .secret, .sealed: "********"
        case .environment(let name): ["env": .string(name)]
        case .file(let path): ["file": .string(path)]
        case .command(let words): ["command": .array(words.map { .string($0) })]
        }
    }

    static func file(_ file: DataFile) -> JSONValue {
        [
            "id": .integer(file.id), "path": .string(file.path.string), "size": .integer(file.size),
            "hash": .digest(file.digest), "generation": .integer(file.since.number),
            "last_updated": .time(file.lastUpdated),
        ]
    }

    static func generation(_ record: GenerationRecord?) -> JSONValue {
        guard let record else { return .null }
        return [
            "generation": .integer(record.generation.number), "committed_at": .time(record.committedAt),
            "revision": .revision(record.revision),
        ]
    }

    static func object(_ object: SyncedObject) -> JSONValue {
        [
            "id": .integer(object.id.number), "object": .string(object.reference.description),
            "kind": .string(object.reference.kind.rawValue), "name": .string(object.reference.name.description),
            "fields": .object(object.fields), "data_source": .text(object.link?.source.description),
            "data_path": .text(object.link?.path.string),
            "auto_sync_enabled": .bool(object.link?.isAutoSyncEnabled ?? false),
            "data_synced": .time(object.content.appliedAt), "content_digest": .digest(object.content.present),
            "applied_digest": .digest(object.content.appliedFile), "created": .time(object.created),
            "last_updated": .time(object.lastUpdated),
        ]
    }
}
