import ArgumentParser
import Model
import Permissions
import Stages

struct RevertCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "revert",
        abstract: "Put back content that was applied to an object earlier.",
        discussion: "Needs the same permission as applying. `sluice object history` lists what there is to go back to.")

    @OptionGroup var options: StoreOptions
    @Argument(help: "The object, as KIND/NAME.", completion: .objects)
    var object: ObjectReference
    @Option(help: "The revision to go back to. (default: the last applied content that differs)")
    var to: Int?
    @OptionGroup var output: OutputOptions

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let statuses = try await workspace.statuses(named: [object])
        guard let status = statuses.first else { return .failed }
        let permit = try workspace.authorizer.permitApply([status], sources: try await workspace.store.dataSources())
        let report = try await workspace.revert(status, to: to, permit: permit)
        switch output.format {
        case .json: Terminal.put(JSONValue.report(report))
        case .table where output.quiet: Terminal.put("\(report.reference)\n")
        case .table:
            let line = ApplyText.line(report)
            let isApplied = report.outcome == .applied
            Terminal.put((isApplied ? line.replacing("applied", with: "reverted", maxReplacements: 1) : line) + "\n")
        }
        return report.isDone ? .done : .failed
    }
}
