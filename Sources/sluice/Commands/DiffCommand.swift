import ArgumentParser
import Model
import Stages

struct DiffCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what applying would change: unified for text, by key for contexts.")

    @OptionGroup var options: StoreOptions
    @Argument(help: "Objects, as KIND/NAME.", completion: .objects)
    var objects: [ObjectReference] = []
    @OptionGroup var filter: ObjectFilter
    @Option(help: "How to print: table for people, json for scripts.")
    var format = OutputFormat.table

    func validate() throws {
        guard objects.isEmpty || !filter.isNarrow else {
            throw ValidationError("Name objects, or give --source, --kind and --match.")
        }
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let statuses =
            objects.isEmpty
            ? try await workspace.visibleStatuses(filter.linked).filter {
                filter.matches($0.object.reference) && $0.state.isApplicable
            }
            : try await workspace.viewableStatuses(named: objects)
        if statuses.isEmpty {
            Terminal.say(filter.isNarrow ? "nothing that matches can be applied" : "nothing can be applied")
        }
        var list = Terminal.arrayText()
        for status in statuses {
            let change = try await workspace.preview(status)
            switch format {
            case .json: list.add(Self.json(change))
            case .table: ChangeText(change: change).print(alwaysNamed: statuses.count > 1)
            }
        }
        if format == .json { Terminal.put(endOf: &list) }
        return .done
    }

    private static func json(_ change: Preview.Change) -> JSONValue {
        let keys = change.keys.map { keys in
            JSONValue.array(
                keys.map { key in
                    [
                        "path": .string(key.path), "before": key.before ?? .null, "after": key.after ?? .null,
                        "change": key.before == nil ? "added" : key.after == nil ? "removed" : "changed",
                    ]
                })
        }
        return [
            "object": .string(change.status.object.reference.description),
            "state": .string(change.status.state.rawValue), "reason": .string(change.reason),
            "diff": .string(change.text), "keys": keys ?? .null,
        ]
    }
}

/// What applying one object would change, for a person.
struct ChangeText {
    let change: Preview.Change

    func print(alwaysNamed: Bool) {
        let reference = change.status.object.reference
        if alwaysNamed || change.keys != nil || change.text.isEmpty {
            Terminal.put("\(reference): \(change.status.state.colour(change.status.state.label)): ")
            Terminal.put("\(change.reason)\n")
        }
        if change.text.isEmpty, change.after != nil { Terminal.put("applying changes nothing in its content\n") }
        // By scalars: to Swift, CR and LF are one character, and no line end.
        for line in change.text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let shown = Terminal.harmless(line)
            switch line.first {
            case "+": Terminal.put(exactly: Colour.green(shown) + "\n")
            case "-": Terminal.put(exactly: Colour.red(shown) + "\n")
            case "~": Terminal.put(exactly: Colour.yellow(shown) + "\n")
            default: Terminal.put(exactly: shown + "\n")
            }
        }
    }
}
