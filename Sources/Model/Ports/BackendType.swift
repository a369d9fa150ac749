/// A kind of backend: its declared settings and how one is made. Backends register one value each.
package struct BackendType: Sendable {
    /// NetBox's name of the type: `git`, `amazon-s3`, `local`.
    package let name: String
    /// For a person: `Git`, `Amazon S3`, `Local`.
    package let label: String
    /// All settings, ``SettingDeclaration/common`` included.
    package let settings: [SettingDeclaration]
    /// What is wrong with a URL, without any I/O: a clause in lower case that says what to write, or nil.
    package let faultInURL: @Sendable (SourceURL) -> String?
    /// What is risky about the settings, one sentence each: shown wherever the source is listed.
    package let warnings: @Sendable (DataSourceSettings) -> [String]
    /// The directory of this machine that a URL names; nil for any other remote.
    package let localPath: @Sendable (SourceURL) -> String?
    /// Why parameters make no sense, or go together neither with each other nor with the URL: a clause in lower case, or
    /// nil. ``make`` would throw the same. No value of a secret is in it.
    ///
    /// `url` is one in which there is no fault, and `values` are legal for their kinds. `references` are given too, and
    /// have values that are not known yet: nothing is said that may not be so once they are read.
    package let faultInSettings: FaultInSettings

    package typealias FaultInSettings =
        @Sendable (_ url: SourceURL, _ values: [String: String], _ references: Set<String>) -> String?

    /// Says what in `folder`, a ``BackendConfiguration/cacheFolder``, is not what it was, a sentence each; told to
    /// repair, it also removes that.
    package let inspectCache: @Sendable (_ folder: String, _ repairs: Bool) async -> [String]
    /// Removes from `folder`, a ``BackendConfiguration/cacheFolder``, what was kept for sources that are gone, or for
    /// settings that they no longer have.
    ///
    /// Costs next to nothing as long as neither a source was removed (`isDue`) nor a sync has left anything behind; only
    /// otherwise is `present` asked for the sources of this type that there are, and nothing is removed when it does not
    /// know.
    package let sweepCache:
        @Sendable (_ folder: String, _ isDue: Bool, _ present: () async -> Set<SourceID>?) async -> Void
    /// Makes a backend; no I/O. Throws ``BackendError`` when URL and parameters do not fit each other.
    package let make: @Sendable (BackendConfiguration) throws -> any Backend

    package init(
        name: String, label: String, settings: [SettingDeclaration],
        faultInURL: @escaping @Sendable (SourceURL) -> String?,
        warnings: @escaping @Sendable (DataSourceSettings) -> [String] = { _ in [] },
        localPath: @escaping @Sendable (SourceURL) -> String? = { _ in nil },
        faultInSettings: @escaping FaultInSettings = { _, _, _ in nil },
        inspectCache: @escaping @Sendable (_ folder: String, _ repairs: Bool) async -> [String] = { _, _ in [] },
        sweepCache:
            @escaping @Sendable (
                _ folder: String, _ isDue: Bool, _ present: () async -> Set<SourceID>?
            ) async -> Void = { _, _, _ in },
        make: @escaping @Sendable (BackendConfiguration) throws -> any Backend
    ) {
        self.name = name
        self.label = label
        self.settings = settings + SettingDeclaration.common
        self.faultInURL = faultInURL
        self.warnings = warnings
        self.localPath = localPath
        self.faultInSettings = faultInSettings
        self.inspectCache = inspectCache
        self.sweepCache = sweepCache
        self.make = make
    }

    package func setting(_ name: String) -> SettingDeclaration? { settings.first { $0.name == name } }
}
