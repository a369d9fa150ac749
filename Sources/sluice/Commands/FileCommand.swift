import ArgumentParser
import Model
import Permissions
import Stages

struct FileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "file",
        abstract: "List, show and read replicated files, of this and earlier generations.",
        subcommands: [List.self, Show.self, Cat.self, History.self])

    struct List: StoreCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List a data source's files.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The data source.", completion: .sources)
        var source: String
        @Argument(help: "Only paths that match this pattern, such as \"templates/*\".")
        var pattern: String?
        @Option(help: "The generation. (default: the present one)")
        var at: Int64?
        @OptionGroup var output: OutputOptions

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try workspace.requireAnyView(of: [.dataFile])
            let source = try await workspace.source(named: source)
            let generation = try workspace.generation(at, of: source)
            let wanted = pattern.map { ShellPattern($0) }
            var files: [DataFile] = []
            var last: RelativePath?
            while true {
                let page = try await workspace.store.files(
                    of: source.id, at: generation, after: last, limit: RemotePage.longest)
                guard let end = page.last else { break }
                last = end.path
                files += page.filter { file in
                    wanted?.matches(Array(file.path.string.utf8)[...]) ?? true
                        && workspace.authorizer.allows(.view, Target(file, of: source))
                }
            }
            Listing(
                headings: ["PATH", "SIZE", "HASH", "GENERATION", "LAST UPDATED"], rows: files.lazy.map(Self.row),
                emptiness: pattern.map { "no file matches \"\($0)\"" } ?? "no files"
            ).print(output)
            return .done
        }

        private static func row(_ file: DataFile) -> Listing.Row {
            Listing.Row(
                name: file.path.string,
                cells: [
                    EscapedName(file.path.string).description, String(file.size), file.digest.short,
                    file.since.description, file.lastUpdated.iso8601InSeconds,
                ],
                json: .file(file))
        }
    }

    struct Show: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show what is known of one file.")

        @OptionGroup var options: StoreOptions
        @OptionGroup var place: FilePlace
        @Option(help: "The generation. (default: the present one)")
        var at: Int64?
        @Option(help: "How to print: table for people, json for scripts.")
        var format = OutputFormat.table

        func run(in workspace: Workspace) async throws -> ExitStatus {
            let (_, file) = try await place.find(in: workspace, at: at)
            let shown = JSONValue.file(file)
            shown.print(format)
            return .done
        }
    }

    struct Cat: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "cat", abstract: "Print a file's content as it is.")

        @OptionGroup var options: StoreOptions
        @OptionGroup var place: FilePlace
        @Option(help: "The generation. (default: the present one)")
        var at: Int64?

        func run(in workspace: Workspace) async throws -> ExitStatus {
            let (_, file) = try await place.find(in: workspace, at: at)
            try await workspace.store.readContent(file.digest) { Terminal.put($0) }
            return .done
        }
    }

    struct History: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "history", abstract: "List the contents that a path has had, or a data source's generations.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The data source.", completion: .sources)
        var source: String
        @Argument(help: "The file's path. (default: list the data source's generations)")
        var path: String?
        @Option(help: "How many rows, newest first.")
        var limit = 1_000
        @OptionGroup var output: OutputOptions

        func validate() throws {
            if limit < 1 { throw ValidationError("--limit is at least 1.") }
        }

        func run(in workspace: Workspace) async throws -> ExitStatus {
            let source = try await workspace.source(named: source)
            guard let path else {
                try workspace.authorizer.require(.view, [Target(source)])
                return try await listGenerations(of: source, workspace)
            }
            try workspace.authorizer.requireAny(.view, .dataFile)
            let place = try FilePlace.checked(path)
            let versions = try await workspace.store.history(of: place, in: source.id)
            guard let last = versions.first else { throw FilePlace.missing(path, source, at: nil) }
            let newest = DataFile(
                id: last.fileID, path: place, digest: last.digest, size: last.size, since: last.since.generation,
                lastUpdated: last.since.committedAt)
            try workspace.authorizer.require(.view, [Target(newest, of: source)])
            let rows = versions.map { version in
                Listing.Row(
                    name: version.digest.hex,
                    cells: [
                        version.since.generation.description, version.until?.generation.description ?? "now",
                        version.since.committedAt.iso8601InSeconds, version.digest.short, String(version.size),
                        RevisionText.line(version.since.revision),
                    ],
                    json: [
                        "hash": .digest(version.digest), "size": .integer(version.size),
                        "since": .generation(version.since), "until": .generation(version.until),
                    ])
            }
            list(rows, under: ["SINCE", "UNTIL", "COMMITTED", "HASH", "SIZE", "REVISION"])
            return .done
        }

        private func listGenerations(of source: DataSource, _ workspace: Workspace) async throws -> ExitStatus {
            let most = limit == .max ? limit : limit + 1
            let rows = try await workspace.store.generations(of: source.id, limit: most).map { record in
                Listing.Row(
                    name: record.generation.description,
                    cells: [
                        record.generation.description, record.committedAt.iso8601InSeconds,
                        RevisionText.line(record.revision),
                    ],
                    json: .generation(record))
            }
            list(rows, under: ["GENERATION", "COMMITTED", "REVISION"])
            return .done
        }

        private func list(_ rows: [Listing.Row], under headings: [String]) {
            Listing(headings: headings, rows: Array(rows.prefix(limit)), emptiness: "never synced").print(output)
            if rows.count > limit { Terminal.say("there are older ones; see more with --limit") }
        }
    }
}

/// A path in a data source.
struct FilePlace: ParsableArguments {
    @Argument(help: "The data source.", completion: .sources)
    var source: String
    @Argument(help: "The file's path.")
    var path: String

    /// - Throws: ``StoreError/notFound(_:)``; ``UsageError`` for a path that no file can have; ``Refusal``.
    func find(in workspace: Workspace, at generation: Int64?) async throws -> (DataSource, DataFile) {
        let source = try await workspace.source(named: source)
        try workspace.authorizer.requireAny(.view, .dataFile)
        let place = try workspace.generation(generation, of: source)
        guard let file = try await workspace.store.file(Self.checked(path), of: source.id, at: place) else {
            throw Self.missing(path, source, at: generation)
        }
        try workspace.authorizer.require(.view, [Target(file, of: source)])
        return (source, file)
    }

    /// - Throws: ``UsageError``.
    static func checked(_ path: String) throws -> RelativePath {
        do throws(PathFault) {
            return try RelativePath(path)
        } catch {
            throw UsageError.wrong("no file can have the path \"\(EscapedName(path))\": \(error.rawValue)")
        }
    }

    static func missing(_ path: String, _ source: DataSource, at generation: Int64?) -> StoreError {
        let time = generation.map { " in generation \($0)" } ?? ""
        return .notFound("file \"\(EscapedName(path))\" in data source \"\(source.name)\"\(time)")
    }
}

extension Workspace {
    /// The generation that `--at` names; nil for the present one.
    ///
    /// - Throws: ``StoreError/notFound(_:)``.
    func generation(_ number: Int64?, of source: DataSource) throws -> Generation? {
        guard let number else { return nil }
        guard (1...max(1, source.state.generation.number)).contains(number), source.state.generation != .none else {
            throw StoreError.notFound("generation \(number) of data source \"\(source.name)\"")
        }
        return Generation(number)
    }
}
