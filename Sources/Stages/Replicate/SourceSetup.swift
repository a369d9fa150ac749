package import Model

/// Makes a backend for a data source, in the one way that every face uses.
package struct SourceSetup: Sendable {
    private let types: [BackendType]
    private let cacheFolder: String
    private let environment: [String: String]
    private let read: @Sendable (ParameterValue) async throws -> String

    /// - Parameters:
    ///   - types: the registered backends.
    ///   - cacheFolder: see ``BackendConfiguration/cacheFolder``.
    ///   - environment: see ``BackendConfiguration/environment``.
    ///   - read: gives a parameter's value, reading what a reference refers to; its errors are shown, so they name
    ///     the reference and never a value.
    package init(
        types: [BackendType], cacheFolder: String, environment: [String: String] = [:],
        read: @escaping @Sendable (ParameterValue) async throws -> String
    ) {
        self.types = types
        self.cacheFolder = cacheFolder
        self.environment = environment
        self.read = read
    }

    package func type(of source: DataSource) -> BackendType? { types.first { $0.name == source.settings.type } }

    /// A source that is ready to be read.
    package struct Ready: Sendable {
        package let backend: any Backend
        package let selection: FileSelection
        /// SHA-256 of what decides which files the source has and where from: type, URL, rules and the parameters that
        /// are no secrets.
        package let settingsDigest: Digest
    }

    /// - Throws: ``SyncError``: the type is unknown, a reference cannot be read, or the settings make no sense.
    package func makeReady(_ source: DataSource) async throws(SyncError) -> Ready {
        guard let type = type(of: source) else { throw .unknownType(source.settings.type, of: source.name) }
        var values: [String: String] = [:]
        for (name, value) in source.settings.parameters {
            do {
                values[name] = try await read(value)
            } catch {
                throw .parameter(source.name, name: name, reason: "\(error)")
            }
        }
        for setting in type.settings {
            guard let value = values[setting.name], let fault = setting.fault(in: value) else { continue }
            throw .parameter(source.name, name: setting.name, reason: "it \(fault)")
        }
        let url = source.settings.sourceURL
        let configuration = BackendConfiguration(
            url: url, parameters: values, cacheFolder: cacheFolder, environment: environment, sourceName: source.name)
        do {
            return Ready(
                backend: try type.make(configuration),
                selection: FileSelection(configuration, rules: IgnoreRules(source.settings.ignoreRules)),
                settingsDigest: Self.digest(of: source, type: type, values: values))
        } catch let error as BackendError {
            throw .remote(source.name, url: url, error)
        } catch {
            throw .remote(source.name, url: url, BackendError(.settings, "\(error)"))
        }
    }

    private static func digest(of source: DataSource, type: BackendType, values: [String: String]) -> Digest {
        let shown = values.filter { type.setting($0.key)?.isSecret == false }
        let settings: JSONValue = [
            "type": .string(source.settings.type), "url": .string(source.settings.sourceURL.raw),
            "rules": .string(source.settings.ignoreRules), "parameters": .object(shown.mapValues { .string($0) }),
        ]
        return Digest(sha256: settings.canonical.utf8)
    }
}

extension FileSelection {
    /// By the settings that every backend has.
    fileprivate init(_ configuration: BackendConfiguration, rules: IgnoreRules) {
        self.init(
            rules: rules, includes: IncludePatterns(configuration.list("include")),
            sizeLimitInBytes: configuration["size_limit"].flatMap(ByteSize.bytes(in:)) ?? Self.defaultSizeLimitInBytes,
            usesIgnoreFile: configuration.flag("use_sluiceignore") ?? false)
    }
}
