package import Model

/// Data sources and their files.
extension Target {
    package init(_ source: DataSource) {
        let attributes = SourceAttributes(source)
        self.init(.dataSource, named: source.name.description) { attributes.value(of: $0) }
    }

    /// A source that is to be made, or as it would be.
    init(_ settings: DataSourceSettings, id: SourceID? = nil) {
        let attributes = SourceAttributes(settings, id: id)
        self.init(.dataSource, named: settings.name.description) { attributes.value(of: $0) }
    }

    package init(_ file: DataFile, of source: DataSource) {
        let attributes = SourceAttributes(source)
        self.init(.dataFile, named: "\(source.name):\(file.path)") { attribute in
            switch attribute {
            case "id": .integer(file.id)
            case "path": .string(file.path.string)
            case "size": .integer(file.size)
            case "hash": .string(file.digest.hex)
            default: attributes.value(of: attribute, through: "source")
            }
        }
    }
}

/// What constraints see of a data source.
struct SourceAttributes: Sendable {
    let id: SourceID?
    let name: SourceName
    /// Nil when only its name and id are known.
    let settings: DataSourceSettings?

    init(_ source: DataSource) {
        id = source.id
        name = source.name
        settings = source.settings
    }

    init(_ settings: DataSourceSettings, id: SourceID?) {
        self.id = id
        name = settings.name
        self.settings = settings
    }

    init(name: SourceName, id: SourceID?) {
        self.id = id
        self.name = name
        settings = nil
    }

    func value(of attribute: some StringProtocol) -> JSONValue? {
        switch attribute {
        case "id": id.map { .integer($0.number) }
        case "name": .string(name.description)
        case "type": settings.map { .string($0.type) }
        case "source_url": settings.map { .string($0.sourceURL.forConstraints) }
        case "enabled": settings.map { .bool($0.isEnabled) }
        case "description": settings.map { .string($0.description) }
        case "ignore_rules": settings.map { .string($0.ignoreRules) }
        case "sync_interval": settings.map { $0.syncInterval.map { .integer($0) } ?? .null }
        default: .none
        }
    }

    /// Follows a relation: `data_source` is the id, `data_source__name` the name.
    func value(of attribute: String, through relation: String) -> JSONValue? {
        guard attribute.hasPrefix(relation) else { return .none }
        let rest = attribute.dropFirst(relation.count)
        if rest.isEmpty { return value(of: "id") }
        return rest.hasPrefix("__") ? value(of: rest.dropFirst(2)) : .none
    }
}

extension SourceURL {
    /// A secret decides nothing, so that nobody can guess it by what they are allowed.
    fileprivate var forConstraints: String { shown.replacing("://***@", with: "://", maxReplacements: 1) }
}
