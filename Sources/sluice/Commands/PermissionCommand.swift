import ArgumentParser
import Model
import Permissions

struct PermissionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "permission",
        abstract: "Grant actions on types of objects to users and groups.",
        discussion: """
            A permission allows its actions on its types of objects; several OR together. Constraints narrow it, in \
            NetBox's form: {"name__startswith": "lab-"}, {"data_source__name": "core"}, a list of such objects as OR; \
            "$user" stands for the user who acts.

            Example: sluice permission add lab-operators --action view --action sync \
            --type extras.configtemplate --constraints '{"name__startswith": "lab-"}' --group operators
            """,
        subcommands: [Add.self, List.self, Edit.self, Remove.self])

    struct Add: StoreCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: "Add a permission.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The new permission's name.")
        var name: String
        @OptionGroup var grant: GrantOptions

        func run(in workspace: Workspace) async throws -> ExitStatus {
            let draft = try grant.over(ObjectPermission(name: name, types: [], actions: []))
            try await workspace.administer { _ in [.addPermission(draft)] }
            Terminal.say("added permission \"\(name)\"")
            return .done
        }
    }

    struct List: StoreCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List permissions.")

        @OptionGroup var options: StoreOptions
        @OptionGroup var output: OutputOptions

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try workspace.requireAnyView(of: [.objectPermission])
            let permissions = try await workspace.store.permissions().filter {
                workspace.authorizer.allows(.view, Target($0))
            }
            let rows = permissions.map { permission in
                Listing.Row(
                    name: permission.name,
                    cells: [
                        permission.name, permission.isEnabled ? "yes" : "no",
                        permission.actions.map(\.rawValue).joined(separator: ","),
                        permission.types.map(\.rawValue).joined(separator: ","),
                        (permission.users + permission.groups.map { "@\($0)" }).joined(separator: ","),
                        permission.constraints.canonical,
                    ],
                    json: Self.json(permission))
            }
            Listing(
                headings: ["PERMISSION", "ENABLED", "ACTIONS", "TYPES", "USERS @GROUPS", "CONSTRAINTS"], rows: rows,
                emptiness: "no permissions"
            ).print(output)
            Terminal.warn(of: permissions.flatMap { GrantFault.all(of: $0) })
            return .done
        }

        private static func json(_ permission: ObjectPermission) -> JSONValue {
            func list(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
            return [
                "name": .string(permission.name), "description": .string(permission.description),
                "enabled": .bool(permission.isEnabled), "object_types": list(permission.types.map(\.rawValue)),
                "actions": list(permission.actions.map(\.rawValue)), "constraints": permission.constraints,
                "users": list(permission.users), "groups": list(permission.groups),
                "constraint_faults": list(GrantFault.all(of: permission).map(\.fault.description)),
            ]
        }
    }

    struct Edit: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit", abstract: "Change a permission; each option that is given replaces what was there.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The permission.")
        var name: String
        @OptionGroup var grant: GrantOptions

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try await workspace.administer { contents in
                guard let known = contents.permission(named: name) else {
                    throw StoreError.notFound("permission \"\(EscapedName(name))\"")
                }
                return [.changePermission(try grant.over(known))]
            }
            Terminal.say("changed permission \"\(name)\"")
            return .done
        }
    }

    struct Remove: StoreCommand {
        static let configuration = CommandConfiguration(commandName: "remove", abstract: "Remove a permission.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The permission.")
        var name: String

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try await workspace.administer { _ in [.removePermission(name: name)] }
            Terminal.say("removed permission \"\(name)\"")
            return .done
        }
    }
}

/// What a permission grants, and to whom.
struct GrantOptions: ParsableArguments {
    @Option(name: .customLong("action"), help: "An action: view, add, change, delete, sync. Repeat it for more.")
    var actions: [Action] = []
    @Option(
        name: .customLong("type"), help: "A type of objects, such as core.datasource. Repeat it for more.",
        completion: .list(ObjectType.allCases.map(\.rawValue)))
    var types: [ObjectType] = []
    @Option(help: "Constraints as JSON; null for none.")
    var constraints: String?
    @Option(name: .customLong("user"), help: "A user who has it. Repeat it for more; \"\" is nobody.")
    var users: [String] = []
    @Option(name: .customLong("group"), help: "A group whose users have it. Repeat it for more; \"\" is none.")
    var groups: [String] = []
    @Option(help: "What it is for.")
    var description: String?
    @Option(help: "Whether it counts: true or false.")
    var enabled: Bool?

    /// - Throws: ``UsageError`` for constraints that are not JSON.
    func over(_ known: ObjectPermission) throws -> ObjectPermission {
        var draft = known
        if !actions.isEmpty { draft.actions = actions }
        if !types.isEmpty { draft.types = types }
        if !users.isEmpty { draft.users = users.filter { !$0.isEmpty } }
        if !groups.isEmpty { draft.groups = groups.filter { !$0.isEmpty } }
        if let description { draft.description = description }
        if let enabled { draft.isEnabled = enabled }
        guard let constraints else { return draft }
        do {
            draft.constraints = try JSONParser.parse(constraints.utf8)
        } catch {
            throw UsageError.wrong("--constraints is not JSON: \(error)")
        }
        return draft
    }
}

extension Action: ExpressibleByArgument {}
extension ObjectType: ExpressibleByArgument {}
