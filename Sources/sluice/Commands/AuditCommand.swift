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

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit is at least 1.") }
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        try workspace.requireAnyView(of: ObjectType.allCases)
        let rows = try await visible(in: workspace).map { row in
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
            headings: ["NUMBER", "AT", "USER", "ACTION", "TYPE", "NAME", "DETAIL"], rows: rows,
            emptiness: before.map { "no rows before \($0)" } ?? "no rows"
        ).print(output)
        return .done
    }

    /// As many of the rows that the principal may view as are asked for, however many others lie between them.
    private func visible(in workspace: Workspace) async throws -> [AuditRow] {
        var rows: [AuditRow] = []
        var end = before
        while rows.count < limit {
            let page = try await workspace.store.auditRows(before: end, limit: limit)
            rows += page.filter { workspace.authorizer.allowsAny(.view, $0.entry.type) }
            guard page.count == limit, let last = page.last else { break }
            end = last.number
        }
        return Array(rows.prefix(limit))
    }
}
