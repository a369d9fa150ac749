import ArgumentParser
import Backends
import Model

extension SourceCommand {
    /// Needs no store and no permission: it shows what the program can, not what it holds.
    struct Types: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "types", abstract: "List the backends with all their settings, and what each is for.")

        @Argument(help: "Only this type.", completion: .list(registeredBackends().map(\.name)))
        var type: String?
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard let type, !registeredBackends().contains(where: { $0.name == type }) else { return }
            let known = registeredBackends().map(\.name).joined(separator: ", ")
            throw ValidationError("There is no type \"\(type)\"; known are \(known).")
        }

        func run() throws {
            let types = registeredBackends().filter { type == nil || $0.name == type }
            if output.format == .json {
                Terminal.put(JSONValue.array(types.map { .type($0) }))
                return
            }
            let rows = types.flatMap { type in
                type.settings.map { setting in
                    Listing.Row(
                        name: type.name + " " + setting.name,
                        cells: [
                            type.name, setting.name, setting.kind.rawValue, setting.defaultValue ?? "-",
                            setting.isRequired ? "yes" : "no", setting.isSecret ? "yes" : "no", setting.help,
                        ],
                        json: .null)
                }
            }
            Listing(
                headings: ["TYPE", "SETTING", "KIND", "DEFAULT", "REQUIRED", "SECRET", "HELP"], rows: rows,
                emptiness: "no types"
            ).print(output)
        }
    }
}

extension JSONValue {
    fileprivate static func type(_ type: BackendType) -> JSONValue {
        [
            "type": .string(type.name), "label": .string(type.label),
            "settings": .array(
                type.settings.map { setting in
                    [
                        "name": .string(setting.name), "kind": .string(setting.kind.rawValue),
                        "default": .text(setting.defaultValue), "required": .bool(setting.isRequired),
                        "secret": .bool(setting.isSecret), "help": .string(setting.help),
                    ]
                }),
        ]
    }
}
