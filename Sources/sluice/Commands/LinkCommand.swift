import ArgumentParser
import Model
import Stages

struct LinkCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: "Let an object's content follow a file, or a pattern's objects follow many.",
        discussion: """
            sluice link config-template/leaf --source core --path templates/leaf.j2
            sluice link config-template --source core --path "templates/**/*.j2"

            An object that does not exist is made, without content: it is out of date until it is applied. A pattern \
            makes an object for every file that matches, now and later, named after the part of the path that the \
            pattern leaves open. In a pattern "**" stands for any directories, "*" for a run of characters in a name.
            """)

    @OptionGroup var options: StoreOptions
    @Argument(help: "KIND/NAME; for a pattern just KIND.", completion: .objects)
    var object: LinkSubject
    @Option(help: "The data source.", completion: .sources)
    var source: String
    @Option(help: "The file's path in the data source, or a pattern.")
    var path: String
    @Flag(name: .long, help: "Apply the file after each sync that changes it.")
    var autoSync = false
    @OptionGroup var fields: FieldOptions

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let source = try await workspace.source(named: source)
        switch object {
        case .object(let reference):
            let link = SyncedObject.Link(
                source: source.name, path: try Self.checked { () throws(PathFault) in try RelativePath(path) },
                isAutoSyncEnabled: autoSync)
            if PathPattern.isPattern(path),
                try await workspace.store.file(link.path, of: source.id, at: nil) == nil
            {
                throw UsageError.wrong(
                    "\"\(path)\" is a pattern, and a pattern makes the names itself\n"
                        + "-> name the kind alone: `sluice link \(reference.kind.rawValue) --source ... --path ...`")
            }
            try await workspace.change { _ in [try await change(reference, link, in: workspace)] }
            Terminal.say("linked \(reference) to \"\(path)\" in data source \"\(source.name)\"")
        case .kind(let kind):
            let settings = LinkPatternSettings(
                kind: kind, source: source.name,
                pattern: try Self.checked { () throws(PathFault) in try PathPattern(path) },
                fields: try fields.over([:], of: kind), isAutoSyncEnabled: autoSync)
            var found = Register.Matches()
            try await workspace.change { contents in
                found = try await workspace.register.matches(of: settings, in: contents)
                return [.addPattern(settings, found.objects, problems: found.problems)]
            }
            Terminal.say("linked \"\(path)\" in data source \"\(source.name)\": \(found.objects.count) files match now")
            Terminal.warn(of: found.problems, in: source.name)
        }
        return .done
    }

    private func change(
        _ reference: ObjectReference, _ link: SyncedObject.Link, in workspace: Workspace
    ) async throws -> CatalogChange {
        guard let known = try await workspace.store.object(reference) else {
            let fields = try fields.over([:], of: reference.kind)
            return .addObject(ObjectDraft(reference: reference, fields: fields, link: link))
        }
        let fields = try fields.over(known.fields, of: reference.kind)
        return .changeObject(known.id, ObjectDraft(reference: reference, fields: fields, link: link))
    }

    private static func checked<Value>(_ parse: () throws(PathFault) -> Value) throws -> Value {
        do {
            return try parse()
        } catch {
            throw UsageError.wrong("--path is not legal: \(error.rawValue)")
        }
    }
}

struct UnlinkCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlink",
        abstract: "Let an object or a pattern follow files no longer; content stays.",
        discussion: """
            sluice unlink config-template/leaf
            sluice unlink config-template --source core --path "templates/**/*.j2"
            """)

    @OptionGroup var options: StoreOptions
    @Argument(help: "KIND/NAME; for a pattern just KIND.", completion: .objects)
    var object: LinkSubject
    @Option(help: "The pattern's data source.", completion: .sources)
    var source: String?
    @Option(help: "The pattern.")
    var path: String?

    func run(in workspace: Workspace) async throws -> ExitStatus {
        switch object {
        case .object(let reference):
            try await workspace.change { _ in
                let known = try await workspace.object(reference)
                return [.changeObject(known.id, ObjectDraft(reference: reference, fields: known.fields))]
            }
            Terminal.say("unlinked \(reference); its content stays")
        case .kind(let kind):
            guard let source, let path else {
                throw UsageError.wrong("a pattern is named by its kind, --source and --path")
            }
            let known = try await workspace.source(named: source)
            let patterns = try await workspace.store.linkPatterns(of: known.name)
            guard
                let pattern = patterns.first(where: {
                    $0.settings.kind == kind && $0.settings.pattern.description == path
                })
            else { throw StoreError.notFound("link of \(kind.label)s to \"\(path)\" in data source \"\(source)\"") }
            try await workspace.change { _ in [.removePattern(pattern.id)] }
            Terminal.say("unlinked the pattern \"\(path)\"; the objects that it made stay linked one by one")
        }
        return .done
    }
}

/// What a link is about: one object, or all objects that a pattern makes.
enum LinkSubject: ExpressibleByArgument {
    case object(ObjectReference)
    case kind(ObjectKindName)

    init?(argument: String) {
        if let kind = ObjectKindName(rawValue: argument) {
            self = .kind(kind)
        } else if let reference = ObjectReference(argument: argument) {
            self = .object(reference)
        } else {
            return nil
        }
    }
}
