package import Model

/// Makes a backend for a data source, in the one way that every face uses.
package struct SourceSetup: Sendable {
    private let types: [BackendType]
    private let store: any SecretVault & SettingIndex & FileIndex
    private let cacheFolder: String
    private let environment: [String: String]
    private let localRefusal: @Sendable (_ path: String, _ roots: [String]?) -> BackendError?
    private let read: @Sendable (ParameterValue) async throws -> String

    /// - Parameters:
    ///   - types: the registered backends.
    ///   - store: opens what is sealed, and knows which directories may be read.
    ///   - cacheFolder: see ``BackendConfiguration/cacheFolder``.
    ///   - environment: see ``BackendConfiguration/environment``.
    ///   - localRefusal: why a source must not read the directory at a path, if only the roots may be read.
    ///   - read: gives a parameter's value, reading what a reference refers to; its errors are shown, so they name
    ///     the reference and never a value.
    package init(
        types: [BackendType], store: any SecretVault & SettingIndex & FileIndex, cacheFolder: String,
        environment: [String: String] = [:],
        localRefusal: @escaping @Sendable (_ path: String, _ roots: [String]?) -> BackendError?,
        read: @escaping @Sendable (ParameterValue) async throws -> String
    ) {
        self.types = types
        self.store = store
        self.cacheFolder = cacheFolder
        self.environment = environment
        self.localRefusal = localRefusal
        self.read = read
    }

    package func type(of source: DataSource) -> BackendType? { type(of: source.settings) }

    private func type(of settings: DataSourceSettings) -> BackendType? { types.first { $0.name == settings.type } }

    /// Why a source with these settings would read a directory of this machine that it may not; nil when it would not.
    ///
    /// - Parameter roots: the directories that may be read; nil for any.
    package func refusal(of settings: DataSourceSettings, by roots: [String]?) -> BackendError? {
        type(of: settings)?.localPath(settings.sourceURL).flatMap { localRefusal($0, roots) }
    }

    /// A source that is ready to be read.
    package struct Ready: Sendable {
        package let backend: any Backend
        package let selection: FileSelection
        /// SHA-256 of what decides which files the source has and where from: type, URL, rules and the parameters that
        /// are no secrets.
        package let settingsDigest: Digest
    }

    /// What in the cache is not what it was; see ``BackendType/inspectCache``.
    func inspectCaches(repairing: Bool) async -> [String] {
        var faults: [String] = []
        for type in types { faults += await type.inspectCache(cacheFolder, repairing) }
        return faults
    }

    /// Removes from the cache what no source needs any more.
    ///
    /// - Parameter isDue: whether sources may have been removed; what syncs leave behind is known otherwise.
    func sweepCaches(isDue: Bool) async {
        for type in types {
            await type.sweepCache(cacheFolder, isDue) {
                // Without the sources nothing can be told from what is in use: it is looked at again.
                guard let sources = try? await store.dataSources() else { return nil }
                return Set(sources.filter { $0.settings.type == type.name }.map(\.id))
            }
        }
    }

    /// - Throws: `CancellationError`; ``SyncError``: a secret cannot be opened, the type is unknown, a reference cannot be read, or the settings make no sense.
    package func makeReady(_ source: DataSource) async throws -> Ready {
        guard let type = type(of: source) else { throw SyncError.unknownType(source.settings.type, of: source.name) }
        let (settings, localRoots) = try await opened(source)
        var values: [String: String] = [:]
        // A reference is read only if the backend has such a setting.
        for (name, value) in settings.parameters where type.setting(name) != nil {
            do {
                values[name] = try await read(value)
            } catch {
                try Task.checkCancellation()
                throw SyncError.parameter(source.name, name: name, reason: "\(error)")
            }
        }
        for setting in type.settings {
            guard let value = values[setting.name], let fault = setting.fault(in: value) else { continue }
            throw SyncError.parameter(source.name, name: setting.name, reason: "it \(fault)")
        }
        let url = settings.sourceURL
        let configuration = BackendConfiguration(
            url: url, parameters: values, cacheFolder: cacheFolder, environment: environment, localRoots: localRoots,
            sourceName: source.name, source: source.id)
        do {
            return Ready(
                backend: try type.make(configuration),
                selection: FileSelection(configuration, rules: IgnoreRules(settings.ignoreRules)),
                settingsDigest: Self.digest(of: settings, type: type, values: values))
        } catch let error as BackendError {
            throw SyncError.remote(source.name, url: url, error)
        } catch {
            throw SyncError.remote(source.name, url: url, BackendError(.settings, "\(error)"))
        }
    }

    private func opened(_ source: DataSource) async throws(SyncError) -> (DataSourceSettings, localRoots: [String]?) {
        do {
            return (try await store.openedSettings(of: source), try await store.storeSettings().localRoots)
        } catch {
            throw .settings(source.name, reason: "\(error)")
        }
    }

    /// Secrets are left out: whoever reads the digest could find out by trying which one it was made of.
    private static func digest(
        of source: DataSourceSettings, type: BackendType, values: [String: String]
    ) -> Digest {
        let shown = values.filter { type.setting($0.key)?.isSecret == false }
        let settings: JSONValue = [
            "type": .string(source.type), "url": .string(source.sourceURL.withoutUserInfo),
            "rules": .string(source.ignoreRules), "parameters": .object(shown.mapValues { .string($0) }),
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
