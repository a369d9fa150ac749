import ArgumentParser
import Model
import Stages
import Permissions

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Add, list, change and remove users.",
        discussion: "At the prompt you act as the user with the name that the operating system gives you.",
        subcommands: [Add.self, List.self, Edit.self, Remove.self])

    struct Add: StoreCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: "Add a user.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The new user's name.")
        var name: String
        @Flag(help: "Let the user do everything.")
        var superuser = false
        @Option(name: .customLong("group"), help: "A group; repeat it for more.")
        var groups: [String] = []

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try await workspace.administer { _ in [.addUser(name: name, isSuperuser: superuser, groups: groups)] }
            Terminal.say("added user \"\(name)\"")
            return .done
        }
    }

    struct List: StoreCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List users.")

        @OptionGroup var options: StoreOptions
        @OptionGroup var output: OutputOptions

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try workspace.requireAnyView(of: [.user])
            let users = try await workspace.store.users().filter {
                workspace.authorizer.allows(.view, Target($0))
            }
            let rows = users.map { user in
                Listing.Row(
                    name: user.name,
                    cells: [
                        user.name, user.isSuperuser ? "yes" : "no", user.isActive ? "yes" : "no",
                        user.groups.joined(separator: ", "),
                    ],
                    json: [
                        "id": .integer(user.id.number), "username": .string(user.name),
                        "is_superuser": .bool(user.isSuperuser), "is_active": .bool(user.isActive),
                        "groups": .array(user.groups.map { .string($0) }),
                    ])
            }
            Listing(headings: ["USER", "SUPERUSER", "ACTIVE", "GROUPS"], rows: rows, emptiness: "no users")
                .print(output)
            return .done
        }
    }

    struct Edit: StoreCommand {
        static let configuration = CommandConfiguration(commandName: "edit", abstract: "Change a user.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The user.")
        var name: String
        @Option(help: "Whether the user may do everything: true or false.")
        var superuser: Bool?
        @Option(help: "Whether the user may do anything at all: true or false.")
        var active: Bool?
        @Option(name: .customLong("add-group"), help: "Put the user into a group.")
        var addedGroups: [String] = []
        @Option(name: .customLong("remove-group"), help: "Take the user out of a group.")
        var removedGroups: [String] = []

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try await workspace.administer { contents in
                guard let user = contents.user(named: name) else {
                    throw StoreError.notFound("user \"\(EscapedName(name))\"")
                }
                let added = addedGroups.filter { group in !user.groups.contains { $0.isExactly(group) } }
                let groups = (user.groups + added).filter { group in !removedGroups.contains { $0.isExactly(group) } }
                return [
                    .changeUser(
                        name: name, isSuperuser: superuser ?? user.isSuperuser, isActive: active ?? user.isActive,
                        groups: groups)
                ]
            }
            Terminal.say("changed user \"\(name)\"")
            return .done
        }
    }

    struct Remove: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove a user; what they did stays in the audit log.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The user.")
        var name: String

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try await workspace.administer { _ in [.removeUser(name: name)] }
            Terminal.say("removed user \"\(name)\"")
            return .done
        }
    }
}

extension Workspace {
    /// Changes users, groups or permissions if the principal may.
    ///
    /// - Parameter decide: says what to change; asked again when somebody else changed them in the meantime.
    func administer(_ decide: (AccessContents) async throws -> [AccessChange]) async throws {
        try await administration(by: authorizer, decide)
    }
}
