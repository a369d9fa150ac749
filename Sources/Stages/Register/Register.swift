package import Model

/// Makes the store match a declaration: works out the difference first, so that it can be shown, then makes all of it
/// or nothing.
package struct Register: Sendable {
    private let store: any Store

    package init(store: any Store) { self.store = store }

    /// What registering a declaration comes to.
    package struct Plan: Sendable {
        /// In the order in which they are made: sources, objects and patterns that come or change; then removals, first
        /// of what depends on something else.
        package let entries: [Entry]
        /// The store's state that the plan was made on.
        package let contents: CatalogContents

        /// What is done; removals only if they were asked for.
        package func changes(pruning: Bool) -> [CatalogChange] {
            entries.filter { $0.verb != .remove || pruning }.map(\.change)
        }
    }

    /// One change that a plan comes to, with what a person is told of it.
    package struct Entry: Sendable {
        package enum Verb: String, Sendable { case add, change, remove }

        package let verb: Verb
        /// Such as `data source "core"`.
        package let subject: String
        /// The names of what changes; never values, since some are secrets.
        package let fields: [String]
        package let change: CatalogChange
    }

    /// Compares a declaration with the store.
    ///
    /// Objects that a pattern made are the pattern's business: they are neither changed nor removed here.
    /// - Throws: ``StoreError``, `.sealed` when a secret that is kept has to be compared and cannot be opened;
    ///   ``RegisterError`` for a link to a source that will not be there.
    package func plan(_ declaration: Declaration) async throws -> Plan {
        let contents = try await store.catalog()
        var entries: [Entry] = []
        let sources = Dictionary(contents.sources.map { ($0.name, $0) }) { first, _ in first }
        for settings in declaration.sources {
            if let entry = try await entry(for: settings, known: sources[settings.name]) { entries.append(entry) }
        }
        let objects = Dictionary(contents.objects.map { ($0.reference, $0) }) { first, _ in first }
        entries += declaration.objects.compactMap { Self.entry(for: $0, known: objects[$0.reference]) }
        let patterns = Dictionary(contents.patterns.map { ($0.settings.line, $0) }) { first, _ in first }
        for settings in declaration.patterns {
            let known = patterns[settings.line]
            if let entry = try await entry(for: settings, known: known, source: sources[settings.source]) {
                entries.append(entry)
            }
        }
        entries += Self.removals(from: contents, keeping: declaration)
        try Self.requireSources(of: declaration, in: contents)
        return Plan(entries: entries, contents: contents)
    }

    private func entry(for settings: DataSourceSettings, known: DataSource?) async throws -> Entry? {
        let subject = "data source \"\(settings.name)\""
        guard let source = known else {
            return Entry(verb: .add, subject: subject, fields: [], change: .addSource(settings))
        }
        // Only a secret that is declared as a value has to be compared with the one that is kept.
        let before =
            source.settings.isSealed && settings.holdsSecret
            ? try await store.openedSettings(of: source) : source.settings
        let fields = before.differences(to: settings)
        guard !fields.isEmpty else { return nil }
        return Entry(verb: .change, subject: subject, fields: fields, change: .changeSource(source.id, settings))
    }

    private static func entry(for draft: ObjectDraft, known: SyncedObject?) -> Entry? {
        let subject = draft.reference.subject
        guard let known else { return Entry(verb: .add, subject: subject, fields: [], change: .addObject(draft)) }
        let fields = known.differences(to: draft)
        guard !fields.isEmpty else { return nil }
        return Entry(verb: .change, subject: subject, fields: fields, change: .changeObject(known.id, draft))
    }

    /// - Parameter source: nil for one that is new, so that it has no files yet.
    private func entry(
        for settings: LinkPatternSettings, known: LinkPattern?, source: DataSource?
    ) async throws -> Entry? {
        guard let known else {
            let matches = try await matches(of: settings, in: source)
            return Entry(
                verb: .add, subject: settings.subject, fields: [],
                change: .addPattern(settings, matches.objects, problems: matches.problems))
        }
        let fields = known.settings.differences(to: settings)
        guard !fields.isEmpty else { return nil }
        return Entry(
            verb: .change, subject: settings.subject, fields: fields, change: .changePattern(known.id, settings))
    }

    /// What a new pattern finds among the files that are there already.
    package struct Matches: Sendable {
        /// In the order of the paths.
        package fileprivate(set) var objects: [PatternedObject] = []
        /// The first of the files that match and of which no object can be made.
        package fileprivate(set) var problems: [FileProblem] = []

        package init() {}
    }

    /// The objects that a new pattern makes for files that are there already. As in a sync, one of which it can make none
    /// costs no other.
    package func matches(of settings: LinkPatternSettings, in contents: CatalogContents) async throws -> Matches {
        try await matches(of: settings, in: contents.sources.first { $0.name == settings.source })
    }

    private func matches(of settings: LinkPatternSettings, in source: DataSource?) async throws -> Matches {
        var matches = Matches()
        guard let source else { return matches }
        var last: RelativePath?
        while true {
            let page = try await store.knownFiles(of: source.id, after: last, limit: RemotePage.longest)
            guard let end = page.last else { return matches }
            for file in page {
                do {
                    if let object = try settings.object(for: file.path, pattern: nil) { matches.objects.append(object) }
                } catch {
                    guard matches.problems.count < SyncReport.longestProblemList else { continue }
                    matches.problems.append(settings.problem(error, at: file.path))
                }
            }
            last = end.path
        }
    }

    private static func removals(from contents: CatalogContents, keeping declaration: Declaration) -> [Entry] {
        let objects = Set(declaration.objects.map(\.reference))
        let sources = Set(declaration.sources.map(\.name))
        let lines = Set(declaration.patterns.map(\.line))
        let keptPatterns = Set(contents.patterns.filter { lines.contains($0.settings.line) }.map(\.id))
        let lost = contents.objects.filter { object in
            !objects.contains(object.reference) && !(object.link?.pattern.map(keptPatterns.contains) ?? false)
        }
        return contents.patterns.filter { !keptPatterns.contains($0.id) }.map {
            Entry(verb: .remove, subject: $0.settings.subject, fields: [], change: .removePattern($0.id))
        }
            + lost.map {
                Entry(
                    verb: .remove, subject: $0.reference.subject, fields: [],
                    change: .removeObject($0.id))
            }
            + contents.sources.filter { !sources.contains($0.name) }.map {
                Entry(verb: .remove, subject: "data source \"\($0.name)\"", fields: [], change: .removeSource($0.id))
            }
    }

    private static func requireSources(of declaration: Declaration, in contents: CatalogContents) throws {
        let names = Set(declaration.sources.map(\.name) + contents.sources.map(\.name))
        for draft in declaration.objects {
            guard let source = draft.link?.source, !names.contains(source) else { continue }
            throw RegisterError.unknownSource(
                source, of: draft.reference.subject, at: declaration.place(of: draft.reference.subject))
        }
        for settings in declaration.patterns where !names.contains(settings.source) {
            throw RegisterError.unknownSource(
                settings.source, of: settings.subject, at: declaration.place(of: settings.subject))
        }
    }
}

/// Why a declaration cannot be registered although it is well formed.
package enum RegisterError: Error, Equatable, CustomStringConvertible {
    case unknownSource(SourceName, of: String, at: Declaration.Place?)

    package var description: String {
        switch self {
        case .unknownSource(let source, let subject, let place):
            "\(place?.line.map { "line \($0): " } ?? "")\(place.map { "\($0.path): " } ?? "")\(subject) links to the data source \"\(source)\", which does not exist\n"
                + "-> declare it in the same file, or add it with `sluice source add`"
        }
    }
}
