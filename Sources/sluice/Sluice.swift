import ArgumentParser
import Backends

/// The command line. Every subcommand is one file in Commands; they all go through ``StoreCommand``.
@main
struct Sluice: AsyncParsableCommand {
    static func main() async {
        SystemMemory.shareFreed()
        OpenFiles.raiseLimit()
        do {
            var command = try await asyncParseAsRoot(ProcessTitle.takeArguments())
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
            ThisProcess.end(ExitStatus.done.rawValue)
        } catch {
            end(with: error)
        }
    }

    /// A command's own exit code, help that was asked for, or what is wrong with the arguments.
    private static func end(with error: any Error) -> Never {
        let message = fullMessage(for: error)
        let code = exitCode(for: error)
        if !message.isEmpty { code.isSuccess ? Terminal.put(exactly: message + "\n") : Terminal.say(message) }
        ThisProcess.end(code.rawValue)
    }

    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract: "Replicates config files from git, S3 and directories, and applies them when you say so.",
        discussion: """
            Remote changes flow into a local, versioned index of files (`sluice sync`) and stay there: no config \
            context, config template or export template changes until somebody who may applies it (`sluice apply`).

            A first round:
              sluice register datasources.json    declare sources, and what follows them
              sluice sync --all                   replicate every data source
              sluice status                       see what is out of date, and why
              sluice diff config-template/leaf    see what applying would change
              sluice apply config-template/leaf   apply one, or: apply --all --yes

            The store is a folder: --store DIR, else $SLUICE_STORE, else $XDG_DATA_HOME/sluice.
            Exit codes: 0 done, 1 failed, 2 or 64 wrong usage, 3 partly done, 4 not permitted, 5 already running, \
            130 interrupted.
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Administrators",
                subcommands: [
                    RegisterCommand.self, SourceCommand.self, LinkCommand.self, UnlinkCommand.self, UserCommand.self,
                    GroupCommand.self, PermissionCommand.self, SettingCommand.self, KeyCommand.self, AuditCommand.self,
                    CheckCommand.self,
                ]),
            CommandGroup(name: "Replicating", subcommands: [SyncCommand.self, FileCommand.self]),
            CommandGroup(
                name: "Reviewing and applying",
                subcommands: [
                    StatusCommand.self, DiffCommand.self, ApplyCommand.self, ObjectCommand.self, RevertCommand.self,
                ]),
        ])
}
