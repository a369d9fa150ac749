internal import Model

// What rows of sources, files and generations mean, in the order of columns that their statements share.
extension Columns {
    /// The columns of `SourceSQL.all`.
    mutating func dataSource(at now: Timestamp) throws -> DataSource {
        let id: SourceID = try next()
        let settings = DataSourceSettings(
            name: try next(), type: try next(), sourceURL: try sourceURL(), isEnabled: try next(),
            description: try next(), ignoreRules: try next(), syncInterval: try next(),
            parameters: try StoredParameters.values(of: try next()))
        var state = DataSource.State(
            status: try next(), generation: try next(), revision: try revision(), settingsDigest: try next(),
            lastSynced: try next(), lastError: try next(), fileCount: try next(), created: try next(),
            lastUpdated: try next())
        let leaseEnd: Timestamp? = try next()
        if let leaseEnd, leaseEnd > now { state.status = .syncing }
        return DataSource(id: id, settings: settings, state: state)
    }

    /// What may be shown of the URL, and the sealed whole of one that holds a secret.
    private mutating func sourceURL() throws -> SourceURL {
        let shown: String = try next()
        let sealed: String? = try next()
        return sealed.map { SourceURL(sealed: SealedValue(text: $0), shown: shown) } ?? SourceURL(shown)
    }

    /// Id, author, moment, subject and ref; nil when the id is null.
    mutating func revision() throws -> RevisionDetails? {
        let id: String? = try next()
        let author: String? = try next()
        let authoredAt: Timestamp? = try next()
        let subject: String? = try next()
        let ref: String? = try next()
        guard let id, let author, let authoredAt, let subject else { return nil }
        return RevisionDetails(
            revision: Revision(id), author: author, authoredAt: authoredAt, subject: subject, ref: ref)
    }

    /// Number, moment of the commit and revision; nil when the number is null.
    mutating func generation() throws -> GenerationRecord? {
        let number: Generation? = try next()
        let committedAt: Timestamp? = try next()
        let revision = try revision()
        guard let number, let committedAt else { return nil }
        return GenerationRecord(generation: number, committedAt: committedAt, revision: revision)
    }

    /// The columns of `FileSQL.pageAfterPath`.
    mutating func dataFile() throws -> DataFile {
        DataFile(
            id: try next(), path: try next(), digest: try next(), size: try next(), since: try next(),
            lastUpdated: try next())
    }

    /// The columns of `SourceSQL.problems`.
    mutating func fileProblem() throws -> FileProblem {
        FileProblem(name: EscapedName(stored: try next()), kind: try next(), reason: try next())
    }

    /// The columns of `FileSQL.knownAfterPath`.
    mutating func knownFile() throws -> KnownFile {
        KnownFile(
            path: try next(), digest: try next(), size: try next(), fingerprint: try next(),
            isUncertain: try next())
    }
}

/// A backend's parameters as JSON: a string is a literal, an object a reference.
enum StoredParameters {
    /// Throws for a secret that is not sealed: it must not get into the file.
    static func json(of parameters: [String: ParameterValue]) throws -> JSONValue {
        .object(
            try parameters.mapValues { value in
                switch value {
                case .literal(let text): .string(text)
                case .secret: throw StoreError.unavailable("a secret was about to be kept in the clear")
                case .sealed(let sealed): ["sealed": .string(sealed.text)]
                case .command(let words): ["command": .array(words.map { .string($0) })]
                case .environment(let name): ["env": .string(name)]
                case .file(let path): ["file": .string(path)]
                }
            })
    }

    static func values(of json: JSONValue) throws -> [String: ParameterValue] {
        guard case .object(let members) = json else { throw damage }
        return try members.mapValues { value in
            switch value {
            case .string(let text): return .literal(text)
            case .object(let reference):
                if case .string(let name) = reference["env"] { return .environment(name) }
                if case .string(let path) = reference["file"] { return .file(path) }
                if case .string(let text) = reference["sealed"] { return .sealed(SealedValue(text: text)) }
                if case .array(let words) = reference["command"] { return .command(try words.map(word)) }
                throw damage
            default: throw damage
            }
        }
    }

    private static func word(_ json: JSONValue) throws -> String {
        guard case .string(let word) = json else { throw damage }
        return word
    }

    private static let damage = StoreError.unavailable("the store is damaged: the parameters of a data source")
}
