import Model
import Permissions

/// What is risky about how data sources are set up, said wherever they are shown.
extension Workspace {
    func warnings(about source: DataSource) -> [String] { type(of: source)?.warnings(source.settings) ?? [] }

    func warnings(about settings: DataSourceSettings) -> [String] {
        types.first { $0.name == settings.type }?.warnings(settings) ?? []
    }
}

extension Terminal {
    /// A line of talk for each.
    static func warn(_ warnings: [String], about source: SourceName) {
        for warning in warnings { say("warning: data source \"\(source)\": \(warning)") }
    }

    /// A line of talk for each of the first files of which a pattern makes no object.
    static func warn(of problems: [FileProblem], in source: SourceName) {
        let shown = 5
        warn(problems.prefix(shown).map { "\($0.name): \($0.reason)" }, about: source)
        guard problems.count > shown else { return }
        say("and \(problems.count - shown) more; see `sluice source show \(ShellWord(source))`")
    }

    /// A line of talk for each.
    static func warn(of faults: [GrantFault]) {
        for fault in faults {
            say(
                "warning: \(fault)\n-> change it with `sluice permission edit \(ShellWord(EscapedName(fault.permission))) --constraints JSON`"
            )
        }
    }
}
