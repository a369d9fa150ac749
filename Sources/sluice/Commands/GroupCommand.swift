import ArgumentParser
import Model
import Permissions

struct GroupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group", abstract: "Add, list and remove groups of users.",
        subcommands: [Add.self, List.self, Remove.self])

    struct Add: StoreCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: "Add a group.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The new group's name.")
        var name: String

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try await workspace.administer { _ in [.addGroup(name: name)] }
            Terminal.say("added group \"\(name)\"")
            return .done
        }
    }

    struct List: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List groups with their members.")

        @OptionGroup var options: StoreOptions
        @OptionGroup var output: OutputOptions

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try workspace.requireAnyView(of: [.group])
            let users = try await workspace.store.users()
            let rows = try await workspace.store.groups().filter {
                workspace.authorizer.allows(.view, Target(group: $0))
            }.map { group in
                let members = users.filter { $0.groups.contains(where: group.isExactly) }.map(\.name)
                return Listing.Row(
                    name: group, cells: [group, members.joined(separator: ", ")],
                    json: ["name": .string(group), "users": .array(members.map { .string($0) })])
            }
            Listing(headings: ["GROUP", "USERS"], rows: rows, emptiness: "no groups").print(output)
            return .done
        }
    }

    struct Remove: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove a group; its users stay.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The group.")
        var name: String

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try await workspace.administer { _ in [.removeGroup(name: name)] }
            Terminal.say("removed group \"\(name)\"")
            return .done
        }
    }
}
