import ArgumentParser
import Model
import Permissions
import Stages

struct ApplyCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Put the content of linked files into their objects.",
        discussion: """
            Name objects, or give --all for every object that is out of date. --all never overwrites a local edit; \
            naming an object does, and the edit stays in its history. If a file or an object moves between the look \
            and the apply, it is refused. One refusal leaves all objects as they were, unless --keep-going.
            """)

    @OptionGroup var options: StoreOptions
    @Argument(help: "Objects, as KIND/NAME.", completion: .objects)
    var objects: [ObjectReference] = []
    @Flag(help: "Apply every object that is out of date.")
    var all = false
    @OptionGroup var filter: ObjectFilter
    @Flag(name: .long, help: "Show what would change, and change nothing.")
    var dryRun = false
    @Flag(name: .long, help: "Apply what can be applied although others are refused.")
    var keepGoing = false
    @Flag(help: "Do not ask before applying all.")
    var yes = false
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if all != objects.isEmpty { throw ValidationError("Name objects as KIND/NAME, or give --all.") }
        if !all, filter.isNarrow { throw ValidationError("--source, --kind and --match go with --all.") }
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let chosen = try await choose(workspace)
        // Asked for before anything is shown, so that who may not apply learns nothing but that.
        let sources = try await workspace.store.dataSources()
        let (permitted, refused) = try permitted(chosen, sources, workspace)
        if dryRun {
            try await workspace.requireView(of: permitted)
            return try await rehearse(permitted, refused, workspace)
        }
        if all, !yes, permitted.contains(where: \.state.isApplicable) {
            for status in permitted { Terminal.say("  \(status.object.reference): \(status.reason)") }
            switch Terminal.confirm("Apply these \(permitted.count) objects?") {
            case true: break
            case false: return .failed
            case nil:
                throw UsageError.wrong(
                    "nobody is there to confirm that \(permitted.count) objects are applied\n-> add --yes")
            }
        }
        let permit = try workspace.authorizer.permitApply(permitted, sources: sources)
        let reports = try await workspace.apply(permitted, permit: permit, keepsGoing: keepGoing) + refused
        print(reports)
        return Self.status(of: reports)
    }

    private func choose(_ workspace: Workspace) async throws -> [ObjectStatus] {
        guard all else { return try await workspace.statuses(named: objects) }
        let waiting = try await workspace.status(filter.linked).filter {
            filter.matches($0.object.reference) && ($0.state == .outOfDate || $0.state == .invalid)
        }
        if waiting.isEmpty {
            Terminal.say(filter.isNarrow ? "nothing that matches is out of date" : "nothing is out of date")
        }
        return try await mine(waiting, workspace)
    }

    /// Of all, those that the principal may apply.
    ///
    /// - Throws: ``Refusal`` when they may apply nothing of the kind at all; it names no object that they may not see.
    private func mine(_ waiting: [ObjectStatus], _ workspace: Workspace) async throws -> [ObjectStatus] {
        let sources = try await workspace.sourcesByName()
        let mine = waiting.filter {
            workspace.authorizer.allows(.sync, Target($0.object, source: sources[$0.link.source]))
        }
        if mine.isEmpty, !waiting.isEmpty {
            for kind in Set(waiting.map(\.object.reference.kind)) {
                try workspace.authorizer.requireAny(.sync, kind.objectType)
            }
        }
        if mine.count < waiting.count { Terminal.say("left out \(waiting.count - mine.count) that you may not apply") }
        return mine
    }

    /// With --keep-going, those that the principal may apply, and a report for each of the others; otherwise a single
    /// one that may not be applied refuses them all.
    private func permitted(
        _ chosen: [ObjectStatus], _ sources: [DataSource], _ workspace: Workspace
    ) throws -> ([ObjectStatus], [ApplyReport]) {
        guard keepGoing else {
            _ = try workspace.authorizer.permitApply(chosen, sources: sources)
            return (chosen, [])
        }
        let (permitted, refused) = workspace.authorizer.divideForApply(chosen, sources: sources)
        let reports = refused.map { ApplyReport(refused: $0.status, .notPermitted($0.permission.description)) }
        return (permitted, reports)
    }

    private func rehearse(
        _ chosen: [ObjectStatus], _ refused: [ApplyReport], _ workspace: Workspace
    ) async throws -> ExitStatus {
        var list = Terminal.arrayText()
        for report in refused { list.add(.report(report)) }
        for status in chosen {
            let change = try await workspace.preview(status)
            switch output.format {
            case .json:
                list.add([
                    "object": .string(status.object.reference.description), "state": .string(status.state.rawValue),
                    "outcome": .string(change.isApplicable ? "would_apply" : "would_refuse"),
                    "reason": .string(change.reason), "diff": .string(change.text),
                ])
            case .table where output.quiet:
                if change.isApplicable { Terminal.put(names: [status.object.reference.description]) }
            case .table: ChangeText(change: change).print(alwaysNamed: true)
            }
        }
        if output.format == .json { Terminal.put(endOf: &list) }
        return .done
    }

    private func print(_ reports: [ApplyReport]) {
        switch output.format {
        case .json: Terminal.put(array: reports.lazy.map { .report($0) })
        case .table where output.quiet:
            Terminal.put(names: reports.filter { $0.outcome == .applied }.map(\.reference.description))
        case .table:
            Terminal.put(reports.map { ApplyText.line($0) + "\n" }.joined())
            let applied = reports.count { $0.outcome == .applied }
            let current = reports.count { $0.outcome == .alreadyCurrent }
            let refused = reports.count - applied - current
            Terminal.say("\(applied) applied, \(current) already current, \(refused) refused")
        }
    }

    static func status(of reports: [ApplyReport]) -> ExitStatus {
        let refused = reports.filter { !$0.isDone }
        guard !refused.isEmpty else { return .done }
        if refused.count < reports.count { return .partlyDone }
        let areRights = refused.allSatisfy {
            if case .refused(.notPermitted) = $0.outcome { true } else { false }
        }
        return areRights ? .notPermitted : .failed
    }
}
