import ArgumentParser
import Model
import Permissions

struct AuditCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "List who did what, newest first.")

    @OptionGroup var options: StoreOptions
    @Option(help: "How many rows.")
    var limit = 50
    @Option(help: "Only rows before this number.")
    var before: Int64?
    @OptionGroup var output: OutputOptions

    func run(in workspace: Workspace) async throws -> ExitStatus {
        try workspace.requireAnyView(of: ObjectType.allCases)
        let rows = try await workspace.store.auditRows(before: before, limit: limit).filter {
            workspace.authorizer.allowsAny(.view, $0.entry.type)
        }.map { row in
            let entry = row.entry
            return Listing.Row(
                name: String(row.number),
                cells: [
                    String(row.number), entry.at.iso8601InSeconds, entry.actor.description, entry.action,
                    entry.type.rawValue, EscapedName(entry.name).description, entry.detail.replacing("\n", with: " "),
                ],
                json: [
                    "number": .integer(row.number), "at": .time(entry.at), "user": .string(entry.actor.name),
                    "acted_by": .text(entry.actor.actedBy), "action": .string(entry.action),
                    "object_type": .string(entry.type.rawValue), "name": .string(entry.name),
                    "digest_before": .digest(entry.before), "digest_after": .digest(entry.after),
                    "revision": .text(entry.revision?.id), "detail": .string(entry.detail),
                ])
        }
        Listing(
            headings: ["NUMBER", "AT", "USER", "ACTION", "TYPE", "NAME", "DETAIL"], rows: rows, emptiness: "no rows"
        ).print(output)
        return .done
    }
}
