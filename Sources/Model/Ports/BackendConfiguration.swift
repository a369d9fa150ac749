/// What a backend is made from. Holds secrets: never print it.
package struct BackendConfiguration: Sendable {
    package let url: SourceURL
    /// The values of the declared settings that were given, references already read and each legal for its kind.
    package let parameters: [String: String]
    /// A folder of mode 0700 in which a backend may keep what makes its next sync cheaper (git mirrors). It may vanish
    /// between two syncs and lose nothing but time.
    package let cacheFolder: String
    /// This process's environment: proxies, agents and credentials may be named there.
    package let environment: [String: String]
    /// The directories that may be read on this machine's disk, with all that is below them; nil for any.
    package let localRoots: [String]?
    /// For commands that an error advises; nil when there is none yet.
    package let sourceName: SourceName?
    /// Whose part of the cache it is; nil for a source that is not kept.
    package let source: SourceID?

    package init(
        url: SourceURL, parameters: [String: String], cacheFolder: String, environment: [String: String] = [:],
        localRoots: [String]? = nil, sourceName: SourceName? = nil, source: SourceID? = nil
    ) {
        self.url = url
        self.parameters = parameters
        self.cacheFolder = cacheFolder
        self.environment = environment
        self.sourceName = sourceName
        self.source = source
        self.localRoots = localRoots
    }

    package subscript(_ name: String) -> String? { parameters[name] }

    /// The value of a setting of kind `flag`; nil when it was not given.
    package func flag(_ name: String) -> Bool? { parameters[name].map { $0 == "true" } }

    package func count(_ name: String) -> Int? { parameters[name].flatMap { Int($0) } }

    package func duration(_ name: String) -> Duration? { parameters[name].flatMap { Duration(setting: $0) } }

    /// The lines of a setting of kind `list`, without empty ones and spaces around them.
    package func list(_ name: String) -> [String] {
        (parameters[name] ?? "").split(whereSeparator: \.isNewline).map { line in
            String(line.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }
    }
}
