import ArgumentParser
import Foundation
import Model
import Permissions
import Stages

struct SettingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setting", abstract: "List and change the settings of the store; for superusers.",
        subcommands: [List.self, Set.self, Unset.self])

    struct List: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List all settings and their values.")

        @OptionGroup var options: StoreOptions
        @OptionGroup var output: OutputOptions

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try workspace.authorizer.requireSuperuserToView("the settings of the store")
            let settings = try await workspace.store.storeSettings()
            let rows = StoreSettingName.allCases.map { name in
                let value = settings.value(of: name)
                return Listing.Row(
                    name: name.rawValue,
                    cells: [
                        name.rawValue,
                        value.map { $0.isEmpty ? "(none)" : $0.joined(separator: " ") } ?? "-", name.help,
                    ],
                    json: [
                        "name": .string(name.rawValue), "help": .string(name.help),
                        "value": value.map { .array($0.map { .string($0) }) } ?? .null,
                    ])
            }
            Listing(headings: ["SETTING", "VALUE", "HELP"], rows: rows, emptiness: "no settings").print(output)
            return .done
        }
    }

    struct Set: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Set a setting.",
            discussion: """
                Example: sluice setting set local_roots /srv/config /srv/git
                `sluice setting set local_roots` without a directory allows none.
                """)

        @OptionGroup var options: StoreOptions
        @Argument(help: "The setting.")
        var name: StoreSettingName
        @Argument(help: "Its values.", completion: .directory)
        var values: [String] = []

        func run(in workspace: Workspace) async throws -> ExitStatus {
            switch name {
            case .localRoots:
                let roots = try values.map(Self.directory)
                try await workspace.storeAdministration(
                    permit: workspace.authorizer.permitStore(.change(.localRoots(roots))))
                await workspace.warnAboutRefused(by: roots)
            }
            return .done
        }

        /// An absolute path; one that is no directory now may be one later.
        private static func directory(_ path: String) throws -> String {
            guard !path.isEmpty, !path.utf8.contains(0) else { throw UsageError.wrong("a directory needs a name") }
            let path = URL(fileURLWithPath: path).standardizedFileURL.path
            var isFolder: ObjCBool = false
            if !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) || !isFolder.boolValue {
                Terminal.say("sluice: warning: \"\(EscapedName(path))\" is not a directory now")
            }
            return path
        }
    }

    struct Unset: StoreCommand {
        static let configuration = CommandConfiguration(commandName: "unset", abstract: "Take a setting away.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The setting.")
        var name: StoreSettingName

        func run(in workspace: Workspace) async throws -> ExitStatus {
            switch name {
            case .localRoots:
                try await workspace.storeAdministration(
                    permit: workspace.authorizer.permitStore(.change(.localRoots(nil))))
            }
            return .done
        }
    }
}

extension StoreSettingName: ExpressibleByArgument {}

extension StoreSettings {
    fileprivate func value(of name: StoreSettingName) -> [String]? {
        switch name {
        case .localRoots: localRoots
        }
    }
}

extension Workspace {
    /// Says which of the present sources can no longer be synced.
    fileprivate func warnAboutRefused(by roots: [String]) async {
        // The setting is kept; a warning that cannot be made is none.
        for source in (try? await store.dataSources()) ?? [] where setup.refusal(of: source.settings, by: roots) != nil
        {
            Terminal.say("sluice: warning: data source \"\(source.name)\" is outside these directories")
        }
    }
}
