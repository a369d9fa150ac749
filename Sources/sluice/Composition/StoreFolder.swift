import ArgumentParser
import Foundation

/// Which folder is the store.
struct StoreFolder: ExpressibleByArgument {
    let path: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        path = URL(fileURLWithPath: argument).standardizedFileURL.path
    }

    private init(path: String) { self.path = path }

    /// `$SLUICE_STORE`, else `sluice` in the XDG data folder.
    ///
    /// Source: XDG Base Directory Specification: `$XDG_DATA_HOME`, by default `~/.local/share`; a relative path in it
    /// is ignored.
    static func fromEnvironment(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> StoreFolder {
        if let path = environment["SLUICE_STORE"], let folder = StoreFolder(argument: path) { return folder }
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return StoreFolder(path: data + "/sluice") }
        let home = environment["HOME"] ?? NSHomeDirectory()
        return StoreFolder(path: home + "/.local/share/sluice")
    }
}
