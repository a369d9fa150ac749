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
        help: ArgumentHelp(
            "A parameter; repeat it for more.",
            discussion: """
                NAME=VALUE, or where the value is read each time it is used: NAME=env:VARIABLE, NAME=file:PATH, \
                NAME=command:PROGRAM ARGUMENT... (or a JSON array of them). NAME=- reads the value from standard \
                input, or asks for it. NAME= takes away a parameter that is there. A list is given line by line, as in --set \
                include='a/*' --set include='b/*'; together they replace the list that was there.
                """))
    var parameters: [String] = []

    func validate() throws {
        if enables, disables { throw ValidationError("Give --enable or --disable, not both.") }
    }

    /// What the parameters are to become, nil for one to be taken away. Standard input is read here: ask once.
    func givenParameters() throws -> [String: JSONValue?] {
        var given: [String: [JSONValue]] = [:]
        // Before any is read: the first would have taken all of it.
        let asked = parameters.count { parameter in
            parameter.firstIndex(of: "=").map { parameter[parameter.index(after: $0)...] == "-" } ?? false
        }
        guard asked < 2 || Terminal.inputIsTerminal else {
            throw UsageError.wrong("only one parameter can be read from standard input")
        }
        for parameter in parameters {
            guard let mark = parameter.firstIndex(of: "="), mark > parameter.startIndex else {
                throw UsageError.wrong("--set takes NAME=VALUE, NAME=env:VARIABLE, NAME=file:PATH or NAME=-")
            }
            let name = String(parameter[..<mark])
            let value = try GivenValue(parameter[parameter.index(after: mark)...], of: name).json
            given[name, default: []] += value.map { [$0] } ?? []
        }
        // What is given more than once is a list; a setting of another kind refuses one.
        return given.mapValues { values in values.count > 1 ? .array(values) : values.first }
    }

    /// The declaration's members with these options over them.
    ///
    /// - Parameter given: the ``givenParameters()``.
    func members(
        over members: [String: JSONValue], _ given: [String: JSONValue?]
    ) throws -> [String: JSONValue] {
        var members = members
        if let description { members["description"] = .string(description) }
        if !ignoreRules.isEmpty { members["ignore_rules"] = .array(ignoreRules.map { .string($0) }) }
        if let syncInterval { members["sync_interval"] = syncInterval == 0 ? .null : .integer(syncInterval) }
        if enables { members["enabled"] = true }
        if disables { members["enabled"] = false }
        guard !given.isEmpty else { return members }
        var values: [String: JSONValue] = [:]
        if case .object(let known) = members["parameters"] { values = known }
        for (name, value) in given { values[name] = value }
        members["parameters"] = .object(values)
        return members
    }
}

extension DataSourceSettings {
    /// As `datasources.json` would declare it, with its secrets as the store keeps them; for editing only.
    var declared: [String: JSONValue] {
        [
            "name": .string(name.description), "type": .string(type), "source_url": .string(sourceURL.raw),
            "enabled": .bool(isEnabled), "description": .string(description), "ignore_rules": .string(ignoreRules),
            "sync_interval": syncInterval.map { .integer($0) } ?? .null,
            "parameters": .object(
                parameters.mapValues { value in
                    switch value {
                    case .literal(let text), .secret(let text): .string(text)
                    case .sealed(let sealed): ["sealed": .string(sealed.text)]
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
    ///
    /// - Parameter kept: what the store keeps of it, while that is edited.
    func checked(
        source members: [String: JSONValue], over kept: DataSourceSettings? = nil
    ) throws -> DataSourceSettings {
        ParameterReading.anchored(
            try Declaration.source(.object(members), types: types, over: kept),
            in: FileManager.default.currentDirectoryPath)
    }

    /// Makes catalog changes if the principal may make all of them.
    ///
    /// - Parameter decide: says what to change; asked again when somebody else changed the catalog in the meantime.
    func change(_ decide: (CatalogContents) async throws -> [CatalogChange]) async throws {
        try await editing(by: authorizer, decide)
    }
}
