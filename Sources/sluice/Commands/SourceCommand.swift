import ArgumentParser
import Backends
import Model
import Permissions
import Stages

struct SourceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "source",
        abstract: "Add, list, show, edit, test and remove data sources.",
        subcommands: [
            Add.self, List.self, Show.self, Edit.self, Test.self, Types.self, SourceTrustCommand.self, Remove.self,
        ])

    struct Add: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Add a data source.",
            discussion: """
                Example: sluice source add core --type git --url https://git.example/net.git --set branch=main \
                --set password=env:CORE_TOKEN
                """)

        @OptionGroup var options: StoreOptions
        @Argument(help: "The new data source's name.")
        var name: String
        @Option(
            help: "The backend: git, amazon-s3 or local.", completion: .list(registeredBackends().map(\.name)))
        var type: String
        @Option(name: .customLong("url"), help: "The remote's URL or path (source_url).")
        var url: String
        @OptionGroup var settings: SourceSettingOptions

        func run(in workspace: Workspace) async throws -> ExitStatus {
            let given = try settings.givenParameters()
            if let empty = given.filter({ $0.value == nil }).keys.min() {
                // Such as the output of a command that failed: what it was to protect would be left open.
                throw UsageError.wrong("the parameter \"\(EscapedName(empty))\" is given without a value")
            }
            let members = try settings.members(
                over: ["name": .string(name), "type": .string(type), "source_url": .string(url)], given)
            let draft = try workspace.checked(source: members)
            try await workspace.change { _ in [.addSource(draft)] }
            Terminal.warn(workspace.warnings(about: draft), about: draft.name)
            Terminal.say("added data source \"\(name)\"; replicate it with `sluice sync \(ShellWord(name))`")
            return .done
        }
    }

    struct List: StoreCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List data sources.")

        @OptionGroup var options: StoreOptions
        @OptionGroup var output: OutputOptions

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try workspace.requireAnyView(of: [.dataSource])
            let sources = try await workspace.store.dataSources().filter {
                workspace.authorizer.allows(.view, Target($0))
            }
            let rows = sources.map { source in
                Listing.Row(
                    name: source.name.description,
                    cells: [
                        source.name.description, source.settings.type, source.state.status.rawValue,
                        source.settings.isEnabled ? "yes" : "no", String(source.state.fileCount),
                        source.state.generation.description, source.state.lastSynced?.iso8601InSeconds ?? "-",
                        source.settings.sourceURL.shown,
                    ],
                    json: .source(source, type: workspace.type(of: source)),
                    colour: [2: source.state.status == .failed ? .red : .green])
            }
            Listing(
                headings: ["NAME", "TYPE", "STATUS", "ENABLED", "FILES", "GENERATION", "LAST SYNCED", "URL"],
                rows: rows,
                emptiness: "no data sources that you may view; `sluice register` and `sluice source add` make them"
            ).print(output)
            // In JSON they are a key of each source.
            if output.format == .table, !output.quiet {
                for source in sources { Terminal.warn(workspace.warnings(about: source), about: source.name) }
            }
            return .done
        }
    }

    struct Show: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show a data source: settings, status, last error and problems.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The data source.", completion: .sources)
        var name: String
        @Option(help: "How to print: table for people, json for scripts.")
        var format = OutputFormat.table

        func run(in workspace: Workspace) async throws -> ExitStatus {
            let source = try await workspace.source(named: name)
            try workspace.authorizer.require(.view, [Target(source)])
            let problems = try await workspace.store.problems(of: source.id)
            guard case .object(var members) = JSONValue.source(source, type: workspace.type(of: source)) else {
                return .failed
            }
            members["problems"] = .array(problems.map { .problem($0) })
            let shown = JSONValue.object(members)
            shown.print(format)
            return .done
        }
    }

    struct Edit: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit", abstract: "Change a data source's settings.",
            discussion: "Its files stay; the next sync looks at all of them when URL, rules or parameters changed.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The data source.", completion: .sources)
        var name: String
        @Option(help: "A new name.")
        var rename: String?
        @Option(
            help: "Another backend: git, amazon-s3 or local.", completion: .list(registeredBackends().map(\.name)))
        var type: String?
        @Option(name: .customLong("url"), help: "Another URL or path.")
        var url: String?
        @OptionGroup var settings: SourceSettingOptions

        func run(in workspace: Workspace) async throws -> ExitStatus {
            let given = try settings.givenParameters()
            try await workspace.change { _ in
                let source = try await workspace.source(named: name)
                var members = source.settings.declared
                if let rename { members["name"] = .string(rename) }
                if let type { members["type"] = .string(type) }
                if let url { members["source_url"] = .string(url) }
                var draft = try workspace.checked(
                    source: settings.members(over: members, given), over: source.settings)
                // What is declared of a URL that holds a secret is what may be shown of it.
                if url == nil { draft.sourceURL = source.settings.sourceURL }
                return [.changeSource(source.id, draft)]
            }
            if let source = try await workspace.store.dataSource(named: SourceName(stored: rename ?? name)) {
                Terminal.warn(workspace.warnings(about: source), about: source.name)
            }
            Terminal.say("changed data source \"\(rename ?? name)\"")
            return .done
        }
    }

    struct Remove: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove a data source and its files.",
            discussion: "Refused while an object or a pattern follows its files; unlink those first.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The data source.", completion: .sources)
        var name: String

        func run(in workspace: Workspace) async throws -> ExitStatus {
            let source = try await workspace.source(named: name)
            try await workspace.change { _ in [.removeSource(source.id)] }
            Terminal.say("removed data source \"\(name)\" and its \(source.state.fileCount) files")
            return .done
        }
    }
}
