internal import Model

/// Looks for what is wrong with a data source's parameters before any of them is used.
struct SettingsCheck {
    /// What is wrong with one setting, or with several of them together.
    struct Fault: Equatable {
        /// Nil when it is not one alone.
        let setting: String?
        let clause: String
    }

    private let type: BackendType
    private let url: SourceURL
    private let parameters: [String: ParameterValue]
    /// Whose values are known.
    private var values: [String: String] = [:]
    /// Whose values are not.
    private var references: Set<String> = []

    init(_ settings: DataSourceSettings, _ type: BackendType) {
        self.type = type
        url = settings.sourceURL
        parameters = settings.parameters
        for (name, value) in settings.parameters {
            switch value {
            case .literal(let text), .secret(let text): values[name] = text
            case .environment, .file, .command, .sealed: references.insert(name)
            }
        }
    }

    /// Each setting that is wrong by itself, and what does not go together if there is any such.
    ///
    /// - Parameter kept: settings whose faults are left out, for whoever edits something else.
    func faults(over kept: DataSourceSettings? = nil) -> [Fault] {
        let known = kept.map { SettingsCheck($0, type).faults() } ?? []
        return all.filter { fault in
            guard known.contains(fault) else { return true }
            return fault.setting.map { kept?.parameters[$0] != parameters[$0] } ?? false
        }
    }

    private var all: [Fault] {
        var faults: [Fault] = []
        var rest = self
        while let clause = rest.clause {
            // Without which there would not be this fault.
            let involved = rest.names.filter { name in rest.without([name]).clause != clause }
            faults.append(Fault(setting: involved.count == 1 ? involved.first : nil, clause: clause))
            guard !involved.isEmpty else { break }
            // What one of them should have been, others may rest on.
            let unknown = rest.notKnowing(involved)
            rest = unknown.clause == clause ? rest.without(involved) : unknown
        }
        return faults
    }

    private var clause: String? { type.faultInSettings(url, values, references) }

    private var names: Set<String> { references.union(values.keys) }

    private func without(_ settings: Set<String>) -> SettingsCheck {
        var others = self
        others.values = values.filter { !settings.contains($0.key) }
        others.references = references.subtracting(settings)
        return others
    }

    private func notKnowing(_ settings: Set<String>) -> SettingsCheck {
        var others = without(settings)
        others.references.formUnion(settings)
        return others
    }
}
