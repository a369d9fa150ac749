import ArgumentParser
import Model
import Permissions
import Stages

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Show and change the key that secrets are encrypted with; for superusers.",
        discussion: """
            The key is in the file secret.key of the store, made on first need; or in the file that \
            SLUICE_SECRET_KEY_FILE names; or it is SLUICE_SECRET_KEY, 32 bytes in base64. Keys in \
            SLUICE_SECRET_KEY_PREVIOUS still open what they encrypted.
            """,
        subcommands: [Show.self, Rotate.self])

    struct Show: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show where the key is and what it encrypts; never the key.")

        @OptionGroup var options: StoreOptions
        @Option(help: "How to print: table for people, json for scripts.")
        var format = OutputFormat.table

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try workspace.authorizer.requireSuperuserToView("the secret key")
            let status = try await workspace.store.keyStatus()
            let others = status.sealed.filter { $0.key != status.id }
            let shown: JSONValue = [
                "place": .string(status.place), "id": .text(status.id),
                "secrets": .integer(status.id.flatMap { status.sealed[$0] } ?? 0),
                "secrets_of_other_keys": .object(others.mapValues { .integer($0) }),
                "older_keys": .array(status.olderKeys.map { .string($0) }),
                "scrub_due": .bool(status.isScrubDue),
            ]
            shown.print(format)
            if !status.isSettled {
                Terminal.say("not everything is encrypted with the present key alone; `sluice key rotate` sees to it")
            }
            if status.isScrubDue {
                Terminal.say("the database may still hold remains of older secrets in the clear: it is scrubbed when")
                Terminal.say("the store is opened while nobody else uses it and the disk has room for a copy of it")
            }
            return .done
        }
    }

    struct Rotate: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate", abstract: "Make a new key, encrypt every secret anew, and forget the old key.",
            discussion: """
                It may run beside syncs, and may be interrupted: running it again completes it. A key that comes from \
                SLUICE_SECRET_KEY is not made here: set that to the new key and SLUICE_SECRET_KEY_PREVIOUS to the old \
                one, then run this once. A backup of the store needs the key of its time.
                """)

        @OptionGroup var options: StoreOptions

        func run(in workspace: Workspace) async throws -> ExitStatus {
            let permit = try workspace.authorizer.permitStore(.rotateKey)
            guard let change = try await workspace.storeAdministration(permit: permit) else { return .failed }
            let what = change.isNew ? "the new key is \(change.id)" : "the key is \(change.id)"
            Terminal.say("\(what); \(change.count) secrets were encrypted anew")
            if change.isGiven, change.count == 0 {
                Terminal.say("it comes from SLUICE_SECRET_KEY, so that no new one was made here")
                Terminal.say(
                    "-> to change it, set SLUICE_SECRET_KEY to the output of `openssl rand -base64 32` and "
                        + "SLUICE_SECRET_KEY_PREVIOUS to the key of now, then run this again")
            }
            return .done
        }
    }
}
