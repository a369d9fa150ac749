import ArgumentParser
import Model
import Permissions
import Stages

struct StatusCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "List linked objects with their state, since when, and what brought it about.",
        discussion: """
            States: in_sync, out_of_date (the file changed), edited_locally (the object changed), conflict (both did), \
            source_missing (the file is gone; the content stays), invalid (the file cannot be used; the last good \
            content stays). A state is derived from digests each time, so a file that changes and changes back leaves \
            none behind.
            """)

    @OptionGroup var options: StoreOptions
    @OptionGroup var filter: ObjectFilter
    @Option(help: "Only objects in this state.", completion: .list(ObjectState.allCases.map(\.rawValue)))
    var state: ObjectState?
    @Flag(name: .long, help: "Exit with 1 when any listed object is not in sync.")
    var exitCode = false
    @OptionGroup var output: OutputOptions

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let statuses = try await workspace.visibleStatuses(filter.linked).filter { status in
            filter.matches(status.object.reference) && (state.map { $0 == status.state } ?? true)
        }
        let rows = statuses.lazy.map { status in
            Listing.Row(
                name: status.object.reference.description,
                cells: [
                    status.object.reference.description, status.state.label, status.since?.iso8601InSeconds ?? "-",
                    status.link.source.description, RevisionText.line(status.revision), status.reason,
                ],
                json: .status(status), colour: [1: status.state.colour])
        }
        Listing(
            headings: ["OBJECT", "STATE", "SINCE", "SOURCE", "REVISION", "REASON"], rows: rows,
            emptiness: filter.isNarrow || state != nil ? "no linked object matches" : "no linked objects"
        ).print(output)
        let isMoved = statuses.contains { $0.state != .inSync }
        return exitCode && isMoved ? .failed : .done
    }
}

/// Which linked objects a command is about.
struct ObjectFilter: ParsableArguments {
    @Option(help: "Only objects that follow this data source.", completion: .sources)
    var source: SourceName?
    @Option(help: "Only objects of this kind.")
    var kind: ObjectKindName?
    @Option(help: "Only objects whose name matches this pattern, such as \"lab-*\".")
    var match: String?

    var linked: LinkedObjectFilter {
        LinkedObjectFilter(source: source, kind: kind)
    }

    /// Whether it leaves out any.
    var isNarrow: Bool { source != nil || kind != nil || match != nil }

    func matches(_ reference: ObjectReference) -> Bool {
        guard let match else { return true }
        return ShellPattern(match).matches(Array(reference.name.description.utf8)[...])
    }
}

extension SourceName: ExpressibleByArgument {
    /// A name that is not legal finds no source; ArgumentParser says that the value is not valid.
    package init?(argument: String) { try? self.init(argument) }
}

extension ObjectKindName: ExpressibleByArgument {}
extension ObjectState: ExpressibleByArgument {}
