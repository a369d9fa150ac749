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

    /// A line of talk for each.
    static func warn(of faults: [GrantFault]) {
        for fault in faults {
            say(
                "warning: \(fault)\n-> change it with `sluice permission edit \(EscapedName(fault.permission)) --constraints JSON`"
            )
        }
    }
}
