import ArgumentParser
import Model
import Permissions
import Stages

/// Finding what a person named, and keeping from them what they may not view.
extension Workspace {
    /// Whatever the principal may do with it: whoever calls this asks next, so that a refusal says which permission is
    /// missing.
    ///
    /// - Throws: ``StoreError/notFound(_:)``.
    func source(named name: String) async throws -> DataSource {
        // A name that is not legal is no source's.
        guard let name = try? SourceName(name) else {
            throw StoreError.notFound("data source \"\(EscapedName(name))\"")
        }
        return try await source(named: name)
    }

    private func source(named name: SourceName) async throws -> DataSource {
        guard let source = try await store.dataSource(named: name) else {
            throw StoreError.notFound("data source \"\(EscapedName(name.description))\"")
        }
        return source
    }

    /// Keeps somebody who may view nothing of these types from taking an empty listing for an answer.
    ///
    /// - Throws: ``Refusal``.
    func requireAnyView(of types: [ObjectType]) throws {
        guard let first = types.first, !types.contains(where: { authorizer.allowsAny(.view, $0) }) else { return }
        try authorizer.requireAny(.view, first)
    }

    /// Linked objects that the principal may view.
    ///
    /// - Throws: ``Refusal`` when they may view none of the kind at all.
    func visibleStatuses(_ filter: LinkedObjectFilter) async throws -> [ObjectStatus] {
        try requireAnyView(of: (filter.kind.map { [$0] } ?? ObjectKindName.allCases).map(\.objectType))
        if let name = filter.source { _ = try await source(named: name) }
        let sources = try await sourcesByName()
        return try await status(filter).filter { status in
            authorizer.allows(.view, Target(status.object, source: sources[status.link.source]))
        }
    }

    func sourcesByName() async throws -> [SourceName: DataSource] {
        Dictionary(try await store.dataSources().map { ($0.name, $0) }) { first, _ in first }
    }

    /// As ``statuses(named:)``, for objects whose content is to be shown.
    ///
    /// - Throws: ``Refusal`` too.
    func viewableStatuses(named references: [ObjectReference]) async throws -> [ObjectStatus] {
        let statuses = try await statuses(named: references)
        try await requireView(of: statuses)
        return statuses
    }

    /// - Throws: ``Refusal`` that names every object that the principal may not view.
    func requireView(of statuses: [ObjectStatus]) async throws {
        let sources = try await sourcesByName()
        try authorizer.require(.view, statuses.map { Target($0.object, source: sources[$0.link.source]) })
    }

    /// The status of each named object, in the order of the names, each once.
    ///
    /// - Throws: ``StoreError/notFound(_:)``; ``UsageError`` for one that follows no file.
    func statuses(named references: [ObjectReference]) async throws -> [ObjectStatus] {
        var found: [ObjectReference: ObjectStatus] = [:]
        for status in try await status(LinkedObjectFilter(references: references)) {
            found[status.object.reference] = status
        }
        var statuses: [ObjectStatus] = []
        for reference in references {
            if let status = found.removeValue(forKey: reference) {
                statuses.append(status)
            } else if !statuses.contains(where: { $0.object.reference == reference }) {
                _ = try await object(reference)
                throw UsageError.wrong(
                    "\(reference) follows no file\n-> link it with `sluice link \(ShellWord(reference)) --source NAME --path PATH`"
                )
            }
        }
        return statuses
    }

    /// - Throws: ``StoreError/notFound(_:)``; ``Refusal``.
    func viewable(_ reference: ObjectReference) async throws -> SyncedObject {
        let object = try await object(reference)
        let sources = try await sourcesByName()
        try authorizer.require(.view, [Target(object, source: object.link.flatMap { sources[$0.source] })])
        return object
    }

    /// - Throws: ``StoreError/notFound(_:)``.
    func object(_ reference: ObjectReference) async throws -> SyncedObject {
        guard let object = try await store.object(reference) else {
            throw StoreError.notFound(reference.subject)
        }
        return object
    }

    /// An object's content, or nil while it is empty.
    func content(of object: SyncedObject) async throws -> [UInt8]? {
        guard let digest = object.content.present else { return nil }
        return try await store.loadContent(digest, limit: ObjectKinds.largestContentInBytes)
    }
}

extension ObjectReference: ExpressibleByArgument {
    /// Takes `KIND/NAME`, where the name may hold further slashes.
    package init?(argument: String) {
        guard let slash = argument.firstIndex(of: "/"), let kind = ObjectKindName(rawValue: String(argument[..<slash]))
        else { return nil }
        // A name that is not legal finds no object; ArgumentParser says that the value is not valid.
        guard let name = try? ObjectName(String(argument[argument.index(after: slash)...])) else { return nil }
        self.init(kind, name)
    }

    package var defaultValueDescription: String { description }
}
