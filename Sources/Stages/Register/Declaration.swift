package import Model

/// What a `datasources.json` declares, checked as far as it can be without the store.
package struct Declaration: Sendable, Equatable {
    package var sources: [DataSourceSettings] = []
    package var objects: [ObjectDraft] = []
    package var patterns: [LinkPatternSettings] = []
    /// Where each link names its data source, by the link's subject; for messages.
    private var places: [Subject: Place] = [:]

    private struct Subject: ExactText, Sendable {
        let description: String
    }

    package init() {}

    package struct Place: Sendable, Equatable {
        let path: String
        let line: Int?
    }

    func place(of subject: String) -> Place? { places[Subject(description: subject)] }

    fileprivate mutating func note(_ place: Place, of subject: String) {
        places[Subject(description: subject)] = place
    }

    /// Everything that is wrong with a file, the first 1,000 faults at most; it is refused as a whole.
    package struct Invalid: Error, Equatable, CustomStringConvertible {
        package let faults: [Fault]

        package var description: String { faults.map(\.description).joined(separator: "\n") }
    }

    /// One thing that is wrong, with its place.
    package struct Fault: Equatable, Sendable, CustomStringConvertible {
        /// Such as `data_sources[2].parameters.brnch`; empty for the file as a whole.
        package let place: String
        /// From 1; nil when the place has no text, such as a missing key.
        package let line: Int?
        package let reason: String

        package var description: String {
            let line = line.map { "line \($0): " } ?? ""
            return "\(line)\(place.isEmpty ? "" : "\(place): ")\(reason)"
        }
    }

    /// Reads a declaration.
    ///
    /// - Parameter types: the registered backends, whose declared settings are the legal parameters.
    /// - Throws: ``Invalid`` with the faults found.
    package static func parse(_ text: some Collection<UInt8>, types: [BackendType]) throws(Invalid) -> Declaration {
        let parsed: (value: JSONValue, lines: [String: Int])
        do {
            parsed = try JSONParser.parseWithLines(text)
        } catch {
            throw Invalid(faults: [
                Fault(place: "", line: error.line, reason: "column \(error.column): \(error.reason)")
            ])
        }
        let root = DeclaredValue(parsed.value, place: "", faults: FaultList(lines: parsed.lines))
        let declaration = root.declaration(types: types)
        guard root.faults.all.isEmpty else { throw Invalid(faults: root.faults.all) }
        return declaration
    }
}

extension DeclaredValue {
    fileprivate func declaration(types: [BackendType]) -> Declaration {
        var declaration = Declaration()
        guard let members = members(allowed: ["data_sources"] + ObjectKindName.allCases.map(\.pluralKey)) else {
            return declaration
        }
        declaration.sources = members["data_sources"]?.elements.compactMap { $0.source(types: types) } ?? []
        requireUnique(declaration.sources.map(\.name), of: "data_sources")
        for kind in ObjectKindName.allCases {
            let entries: [(ObjectOrPattern, Declaration.Place)] =
                members[kind.pluralKey]?.elements.compactMap { element in
                    element.objectOrPattern(kind).map { ($0, element.member("data_source")) }
                } ?? []
            for (entry, place) in entries {
                switch entry {
                case .object(let draft):
                    declaration.objects.append(draft)
                    declaration.note(place, of: draft.reference.subject)
                case .pattern(let settings):
                    declaration.patterns.append(settings)
                    declaration.note(place, of: settings.subject)
                }
            }
            requireUnique(
                declaration.objects.filter { $0.reference.kind == kind }.map(\.reference.name),
                of: kind.pluralKey)
        }
        return declaration
    }

    private func requireUnique<Name: ExactText>(_ names: [Name], of key: String) {
        var seen: Set<Name> = []
        for name in names where !seen.insert(name).inserted {
            faults.add(key, "the name \"\(name)\" is there twice")
        }
    }
}

extension Declaration {
    /// Checks one data source as an entry of `data_sources` would be checked.
    ///
    /// - Parameter kept: what the store keeps of it, while that is edited. Values may then be `{"sealed": ...}`, and what
    ///   an earlier version took stays, whatever is thought of it now.
    /// - Throws: ``Invalid`` with every fault found; their places are keys of the entry.
    package static func source(
        _ value: JSONValue, types: [BackendType], over kept: DataSourceSettings? = nil
    ) throws(Invalid) -> DataSourceSettings {
        let entry = DeclaredValue(value, place: "", faults: FaultList(lines: [:], kept: kept))
        let settings = entry.source(types: types)
        guard let settings, entry.faults.all.isEmpty else { throw Invalid(faults: entry.faults.all) }
        return settings
    }
}
