import ArgumentParser
import Foundation
import Model
import Permissions
import Stages

struct ObjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "object",
        abstract: "List, show and edit config contexts, config templates and export templates.",
        subcommands: [List.self, Show.self, Edit.self, Remove.self, History.self])

    struct List: StoreCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List objects, linked or not.")

        @OptionGroup var options: StoreOptions
        @Option(help: "Only objects of this kind.")
        var kind: ObjectKindName?
        @OptionGroup var output: OutputOptions

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try workspace.requireAnyView(of: (kind.map { [$0] } ?? ObjectKindName.allCases).map(\.objectType))
            let sources = try await workspace.sourcesByName()
            let objects = try await workspace.store.objects(of: kind).filter { object in
                workspace.authorizer.allows(.view, Target(object, source: object.link.flatMap { sources[$0.source] }))
            }
            let rows = objects.lazy.map { object in
                Listing.Row(
                    name: object.reference.description,
                    cells: [
                        object.reference.description, object.link?.source.description ?? "-",
                        object.link?.path.string ?? "-", object.link?.isAutoSyncEnabled == true ? "yes" : "no",
                        object.content.present?.short ?? "empty", object.content.appliedAt?.iso8601InSeconds ?? "-",
                    ],
                    json: .object(object))
            }
            Listing(
                headings: ["OBJECT", "SOURCE", "PATH", "AUTO SYNC", "CONTENT", "APPLIED"], rows: rows,
                emptiness: kind.map { "no \($0.label)s" } ?? "no objects"
            ).print(output)
            return .done
        }
    }

    struct Show: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show an object with its content.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The object, as KIND/NAME.", completion: .objects)
        var object: ObjectReference
        @Flag(help: "Print the content alone, as it is.")
        var content = false
        @Option(help: "How to print: table for people, json for scripts.")
        var format = OutputFormat.table

        func run(in workspace: Workspace) async throws -> ExitStatus {
            let object = try await workspace.viewable(object)
            let bytes = try await workspace.content(of: object)
            if content {
                bytes?.withUnsafeBytes { Terminal.put($0) }
                return .done
            }
            guard case .object(var members) = JSONValue.object(object) else { return .failed }
            let kind = ObjectKinds.kind(object.reference.kind)
            let text = bytes.map { String(decoding: $0, as: UTF8.self) }
            // Content in the store is what this program wrote: canonical JSON for a mapping.
            members[kind.contentKey] = kind.isMapping ? try bytes.map { try JSONParser.parse($0) } : .text(text)
            for field in kind.fields where object.fields[field.name] == nil {
                members[field.name] = field.defaultValue
            }
            for (name, value) in object.fields { members[name] = value }
            members["fields"] = nil
            let status = try await workspace.status(LinkedObjectFilter(references: [object.reference])).first
            members["state"] = .text(status?.state.rawValue)
            members["state_reason"] = .text(status?.reason)
            let shown = JSONValue.object(members)
            shown.print(format)
            return .done
        }
    }

    struct Edit: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit", abstract: "Change an object's fields, or its content by hand.",
            discussion: """
                Changing another field never changes the content. Content that is edited by hand shows as edited \
                locally until the file is applied over it.
                """)

        @OptionGroup var options: StoreOptions
        @Argument(help: "The object, as KIND/NAME.", completion: .objects)
        var object: ObjectReference
        @OptionGroup var fields: FieldOptions
        @Option(help: "A new name.")
        var rename: String?
        @Option(name: .long, help: "Take the content from this file; - is standard input.", completion: .file())
        var contentFile: String?
        @Option(name: .long, help: "Whether a sync applies the file by itself: true or false.")
        var autoSync: Bool?

        func run(in workspace: Workspace) async throws -> ExitStatus {
            let content = try contentFile.map { try Self.content($0, of: object) }
            try await workspace.change { _ in
                let known = try await workspace.object(object)
                return [.changeObject(known.id, try draft(over: known, content))]
            }
            Terminal.say("changed \(object)")
            return .done
        }

        private func draft(over known: SyncedObject, _ content: ObjectContent?) throws -> ObjectDraft {
            var draft = ObjectDraft(reference: object, fields: known.fields, link: known.link)
            draft.fields = try fields.over(known.fields, of: object.kind)
            if let rename { draft.reference = ObjectReference(object.kind, try Self.name(rename)) }
            draft.content = content
            if let autoSync {
                guard draft.link != nil else {
                    throw UsageError.wrong("\(object) follows no file, so cannot auto-sync")
                }
                draft.link?.isAutoSyncEnabled = autoSync
            }
            return draft
        }

        private static func name(_ text: String) throws -> ObjectName {
            do {
                return try ObjectName(text)
            } catch {
                throw UsageError.wrong("--rename: \(error.rawValue)")
            }
        }

        private static func content(_ path: String, of object: ObjectReference) throws -> ObjectContent {
            let bytes = try InputFile.read(path)
            do {
                return try ObjectKinds.kind(object.kind).content(typed: bytes)
            } catch {
                throw UsageError.wrong("\(object) cannot hold \"\(path)\": \(error)")
            }
        }
    }

    struct Remove: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove an object and its history.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The object, as KIND/NAME.", completion: .objects)
        var object: ObjectReference

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try await workspace.change { _ in [.removeObject(try await workspace.object(object).id)] }
            Terminal.say("removed \(object)")
            return .done
        }
    }

    struct History: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "history",
            abstract: "List the contents that an object has held: who, when, and from which revision.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The object, as KIND/NAME.", completion: .objects)
        var object: ObjectReference
        @OptionGroup var output: OutputOptions

        func run(in workspace: Workspace) async throws -> ExitStatus {
            let object = try await workspace.viewable(object)
            let rows = try await workspace.store.revisions(of: object.id).map { revision in
                Listing.Row(
                    name: String(revision.number),
                    cells: [
                        String(revision.number), revision.at.iso8601InSeconds, revision.actor.description,
                        revision.action.rawValue, revision.before?.short ?? "empty",
                        revision.content?.short ?? "empty", RevisionText.line(revision.revision),
                    ],
                    json: [
                        "number": .integer(revision.number), "at": .time(revision.at),
                        "user": .string(revision.actor.name), "acted_by": .text(revision.actor.actedBy),
                        "action": .string(revision.action.rawValue), "digest_before": .digest(revision.before),
                        "digest_after": .digest(revision.content), "file_digest": .digest(revision.file),
                        "revision": .revision(revision.revision),
                    ])
            }
            Listing(
                headings: ["NUMBER", "AT", "USER", "ACTION", "BEFORE", "AFTER", "REVISION"], rows: rows,
                emptiness: "it has held no content yet"
            ).print(output)
            return .done
        }
    }
}
