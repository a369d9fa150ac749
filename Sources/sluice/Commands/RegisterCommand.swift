import ArgumentParser
import Foundation
import Model
import Permissions
import Stages

struct RegisterCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Make the store match a file that declares data sources and linked objects.",
        discussion: """
            Registering the same file again changes nothing. What the store has and the file does not is listed, and \
            removed only with --prune, once a person has confirmed it or with --yes. Either all of it is done or nothing.
            """)

    @OptionGroup var options: StoreOptions
    @Argument(help: "The declaration.", completion: .file(extensions: ["json"]))
    var file = "datasources.json"
    @Flag(name: .long, help: "Show what would be done, and do nothing.")
    var dryRun = false
    @Flag(help: "Also remove what the file does not declare.")
    var prune = false
    @Flag(help: "Do not ask before removing.")
    var yes = false
    @OptionGroup var output: OutputOptions

    func run(in workspace: Workspace) async throws -> ExitStatus {
        var declaration: Declaration
        do {
            declaration = try Declaration.parse(try InputFile.read(file), types: workspace.types)
        } catch let invalid as Declaration.Invalid {
            let lines = invalid.faults.map { "  \($0)" }.joined(separator: "\n")
            Terminal.say("sluice: cannot register \"\(file)\"; nothing was changed:\n\(lines)")
            return .failed
        }
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        declaration.sources = declaration.sources.map { ParameterReading.anchored($0, in: folder) }
        let plan = try await workspace.register.plan(declaration)
        let changes = plan.changes(pruning: prune)
        let permit = try workspace.authorizer.permitChange(changes, in: plan.contents)
        try await workspace.editing.requireAllowed(changes)
        if !dryRun {
            guard try isConfirmed(plan) else { return .failed }
            try await workspace.editing(permit: permit)
        }
        show(plan)
        for case .addPattern(let settings, _, let problems) in plan.entries.map(\.change) {
            Terminal.warn(of: problems, in: settings.source)
        }
        for source in declaration.sources { Terminal.warn(workspace.warnings(about: source), about: source.name) }
        return .done
    }

    /// Asks a person before something is removed.
    ///
    /// - Throws: ``UsageError`` when nobody is there, nor --yes.
    private func isConfirmed(_ plan: Register.Plan) throws -> Bool {
        let removals = plan.entries.filter { $0.verb == .remove }
        guard prune, !yes, !removals.isEmpty else { return true }
        for entry in removals { Terminal.say("  \(entry.subject)") }
        guard let answer = Terminal.confirm("Remove these \(removals.count)?") else {
            throw UsageError.wrong("nobody is there to confirm what is to be removed\n-> add --yes")
        }
        return answer
    }

    private func show(_ plan: Register.Plan) {
        if output.format == .json {
            let entries = plan.entries.map { entry -> JSONValue in
                [
                    "action": .string(entry.verb.rawValue), "subject": .string(entry.subject),
                    "fields": .array(entry.fields.map { .string($0) }), "done": .bool(isDone(entry)),
                ]
            }
            Terminal.put(JSONValue.array(entries))
            return
        }
        if output.quiet {
            Terminal.put(names: plan.entries.filter { $0.verb != .remove || prune }.map(\.subject))
            return
        }
        for entry in plan.entries {
            let fields = entry.fields.isEmpty ? "" : ": \(entry.fields.joined(separator: ", "))"
            switch entry.verb {
            case .add: Terminal.put(Colour.green("+ \(entry.subject)") + "\n")
            case .change: Terminal.put(Colour.yellow("~ \(entry.subject)\(fields)") + "\n")
            case .remove where prune: Terminal.put(Colour.red("- \(entry.subject)") + "\n")
            case .remove: Terminal.put(Colour.grey("  \(entry.subject) would be removed with --prune") + "\n")
            }
        }
        let count = plan.entries.count { isDone($0) || (dryRun && ($0.verb != .remove || prune)) }
        Terminal.say(count == 0 ? "nothing to change" : "\(count) \(dryRun ? "to be changed" : "changed")")
    }

    private func isDone(_ entry: Register.Entry) -> Bool { !dryRun && (entry.verb != .remove || prune) }
}
