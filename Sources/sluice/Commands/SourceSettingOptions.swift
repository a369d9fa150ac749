import ArgumentParser
import Foundation
import Model
import Permissions
import Stages

/// The settings that `source add` and `source edit` share.
struct SourceSettingOptions: ParsableArguments {
    @Option(help: "At most 200 characters.")
    var description: String?
    @Option(name: .customLong("ignore"), help: "An ignore rule; repeat it for more. Replaces all rules.")
    var ignoreRules: [String] = []
    @Option(name: .long, help: "Minutes between scheduled syncs: 1, 60, 720, 1440, 10080, 43200; 0 for none.")
    var syncInterval: Int?
    @Flag(name: .customLong("enable"), help: "Let it be synced.")
    var enables = false
    @Flag(name: .customLong("disable"), help: "Do not let it be synced.")
    var disables = false
    @Option(
        name: .customLong("set"),
        help: """
            A parameter, as NAME=VALUE, NAME=env:VARIABLE or NAME=file:PATH; NAME= takes it away. Repeat it for the \
            lines of a list, as in --set include='a/*' --set include='b/*'; together they replace the list.
            """)
    var parameters: [String] = []

    func validate() throws {
        if enables, disables { throw ValidationError("Give --enable or --disable, not both.") }
    }

    /// The declaration's members with these options over them.
    func members(over members: [String: JSONValue]) throws -> [String: JSONValue] {
        var members = members
        if let description { members["description"] = .string(description) }
        if !ignoreRules.isEmpty { members["ignore_rules"] = .array(ignoreRules.map { .string($0) }) }
        if let syncInterval { members["sync_interval"] = syncInterval == 0 ? .null : .integer(syncInterval) }
        if enables { members["enabled"] = true }
        if disables { members["enabled"] = false }
        guard !parameters.isEmpty else { return members }
        var values: [String: JSONValue] = [:]
        if case .object(let known) = members["parameters"] { values = known }
        var given: [String: [Substring]] = [:]
        for parameter in parameters {
            guard let mark = parameter.firstIndex(of: "="), mark > parameter.startIndex else {
                throw UsageError.wrong("--set takes NAME=VALUE, NAME=env:VARIABLE or NAME=file:PATH")
            }
            given[String(parameter[..<mark]), default: []].append(parameter[parameter.index(after: mark)...])
        }
        for (name, texts) in given {
            let parts = texts.compactMap(Self.value)
            // What is given more than once is a list; a setting of another kind refuses one.
            values[name] = parts.count > 1 ? .array(parts) : parts.first
        }
        members["parameters"] = .object(values)
        return members
    }

    private static func value(_ text: Substring) -> JSONValue? {
        if text.isEmpty { return nil }
        if text.hasPrefix("env:") { return ["env": .string(String(text.dropFirst(4)))] }
        if text.hasPrefix("file:"), !text.hasPrefix("file://") { return ["file": .string(String(text.dropFirst(5)))] }
        return .string(String(text))
    }
}

extension DataSourceSettings {
    /// As `datasources.json` would declare it, secrets included; for editing only, never to be shown.
    var declared: [String: JSONValue] {
        [
            "name": .string(name.description), "type": .string(type), "source_url": .string(sourceURL.raw),
            "enabled": .bool(isEnabled), "description": .string(description), "ignore_rules": .string(ignoreRules),
            "sync_interval": syncInterval.map { .integer($0) } ?? .null,
            "parameters": .object(
                parameters.mapValues { value in
                    switch value {
                    case .literal(let text), .secret(let text): .string(text)
                    case .environment(let name): ["env": .string(name)]
                    case .file(let path): ["file": .string(path)]
                    case .command(let words): ["command": .array(words.map { .string($0) })]
                    }
                }),
        ]
    }
}

extension Workspace {
    func type(of source: DataSource) -> BackendType? { types.first { $0.name == source.settings.type } }

    /// Checks settings as `register` does.
    func checked(source members: [String: JSONValue]) throws -> DataSourceSettings {
        ParameterReading.anchored(
            try Declaration.source(.object(members), types: types), in: FileManager.default.currentDirectoryPath)
    }

    /// Makes catalog changes if the principal may make all of them.
    ///
    /// - Parameter decide: says what to change; asked again when somebody else changed the catalog in the meantime.
    func change(_ decide: () async throws -> [CatalogChange]) async throws {
        var attempts = 20
        while true {
            let contents = try await store.catalog()
            do {
                return try await editing(permit: authorizer.permitChange(await decide(), in: contents))
            } catch StoreError.catalogMoved where attempts > 0 {
                attempts -= 1
            }
        }
    }
}
