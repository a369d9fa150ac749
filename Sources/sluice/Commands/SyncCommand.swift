import ArgumentParser
import Model
import Permissions
import Stages

struct SyncCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Replicate data sources into the file index.",
        discussion: """
            Nothing reaches an object, except one that has auto-sync enabled. Several sources are synced at once, and \
            told of in order. One failing source does not stop the others (exit code 3), nor does a file that cannot be \
            read stop the other files (also exit code 3; the next sync tries it again). A sync that would remove more \
            than half of the known files, and more than 10, is held until it is run with --allow-removals.
            """)

    @OptionGroup var options: StoreOptions
    @Argument(help: "Data sources.", completion: .sources)
    var sources: [String] = []
    @Flag(help: "Sync every enabled data source.")
    var all = false
    @Flag(name: .long, help: "Say what would change, and keep nothing.")
    var dryRun = false
    @Flag(name: .long, help: "Let the sync remove more than half of the known files.")
    var allowRemovals = false
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if all != sources.isEmpty { throw ValidationError("Name data sources, or give --all.") }
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        var results: [JSONValue] = []
        var outcomes: [ExitStatus] = []
        var interrupted: [String] = []
        try await inOrder(try await choose(workspace), atOnce: OpenFiles.sourcesAtOnce) { name in
            await sync(name, in: workspace)
        } take: { ended in
            ProgressLine.wipe()
            outcomes.append(ended.status)
            if output.format == .json { results.append(ended.json) }
            switch ended.result {
            case .success(let report):
                if output.format == .table { SyncText(report: report, isQuiet: output.quiet).print() }
            case .failure(is CancellationError): interrupted.append(ended.name)
            case .failure(let error): Terminal.say("sluice: \(error)")
            }
        }
        if let text = Self.text(ofInterrupted: interrupted, of: outcomes.count) { Terminal.say(text) }
        if output.format == .json { Terminal.put(JSONValue.array(results)) }
        return Self.status(of: outcomes)
    }

    /// How one source's sync ended.
    private struct Ended: Sendable {
        let name: String
        let result: Result<SyncReport, any Error>

        var status: ExitStatus {
            switch result {
            case .success(let report): SyncCommand.status(of: report)
            case .failure(let error): ExitStatus(of: error)
            }
        }

        var json: JSONValue {
            switch result {
            case .success(let report): .report(report)
            case .failure(let error):
                .failure(of: SourceName(stored: name), outcome: Self.outcome(of: error), reason: Self.reason(of: error))
            }
        }

        private static func outcome(of error: any Error) -> String {
            switch error {
            case is CancellationError: "interrupted"
            case is Refusal: "not_permitted"
            default: "failed"
            }
        }

        private static func reason(of error: any Error) -> String {
            error is CancellationError ? "interrupted; the data source is as it was" : "\(error)"
        }
    }

    /// Whatever goes wrong is how the sync ended, also that it was interrupted.
    private func sync(_ name: String, in workspace: Workspace) async -> Ended {
        do {
            try Task.checkCancellation()
            // Read at its turn: the syncs before it may have taken long.
            let source = try await workspace.source(named: name)
            let permit = try workspace.authorizer.permitSync(source)
            let report = try await workspace.replicate(
                source, permit: permit, options: Replicate.Options(isDryRun: dryRun, allowsRemovals: allowRemovals),
                progress: ProgressLine.show)
            return Ended(name: name, result: .success(report))
        } catch {
            return Ended(name: name, result: .failure(Task.isCancelled ? CancellationError() : error))
        }
    }

    /// What to say when syncs were interrupted; nil when none was.
    private static func text(ofInterrupted names: [String], of count: Int) -> String? {
        guard !names.isEmpty else { return nil }
        guard names.count < count else { return Terminal.message(of: CancellationError()) }
        let more = names.count > 5 ? " and \(names.count - 5) more" : ""
        return "sluice: interrupted; as they were: \(names.prefix(5).joined(separator: ", "))\(more)"
    }

    /// Files that could not be read now are missing, though the next sync looks again; those that are never replicated
    /// are no failure.
    private static func status(of report: SyncReport) -> ExitStatus {
        switch report.outcome {
        case .held: .failed
        case .synced where report.hasUnsettled, .unchanged where report.hasUnsettled: .partlyDone
        case _ where report.objectsFault != nil: .partlyDone
        case _ where report.autoApplied.contains { !$0.isDone }: .partlyDone
        case .synced, .unchanged: .done
        }
    }

    /// The names to sync, each once; of all, those that the principal may sync or knows of.
    private func choose(_ workspace: Workspace) async throws -> [String] {
        guard all else {
            var seen: Set<[UInt8]> = []
            // By bytes: two Unicode forms of a name are two names.
            return sources.filter { seen.insert(Array($0.utf8)).inserted }
        }
        try workspace.authorizer.requireAny(.sync, .dataSource)
        let enabled = try await workspace.store.dataSources().filter { source in
            let target = Target(source)
            return source.settings.isEnabled
                && (workspace.authorizer.allows(.sync, target) || workspace.authorizer.allows(.view, target))
        }
        if enabled.isEmpty { Terminal.say("no enabled data sources") }
        return enabled.map(\.name.description)
    }

    /// One was interrupted, or all went the same way: that; some went well: partly done; else failed.
    private static func status(of outcomes: [ExitStatus]) -> ExitStatus {
        if outcomes.contains(.interrupted) { return .interrupted }
        guard let first = outcomes.first else { return .done }
        if outcomes.allSatisfy({ $0 == first }) { return first }
        return outcomes.contains { $0 == .done || $0 == .partlyDone } ? .partlyDone : .failed
    }
}
