internal import Model

/// One entry of `data_sources`.
extension DeclaredValue {
    func source(types: [BackendType]) -> DataSourceSettings? {
        let keys = [
            "name", "type", "source_url", "enabled", "description", "ignore_rules", "sync_interval", "parameters",
        ]
        guard let members = members(allowed: keys), require(["name", "type", "source_url"], in: members) else {
            return nil
        }
        guard let name = members["name"]?.sourceName, let type = members["type"]?.backendType(types),
            let url = members["source_url"]?.sourceURL(type)
        else { return nil }
        var settings = DataSourceSettings(name: name, type: type.name, sourceURL: url)
        if let enabled = members["enabled"]?.bool { settings.isEnabled = enabled }
        if let description = members["description"]?.shortText { settings.description = description }
        if let rules = members["ignore_rules"]?.ignoreRules { settings.ignoreRules = rules }
        if let interval = members["sync_interval"] { settings.syncInterval = interval.interval }
        if let parameters = members["parameters"], parameters.value != .null {
            settings.parameters = parameters.parameters(of: type)
            for fault in SettingsCheck(settings, type).faults(over: keptSettings(type)) {
                faults.add(parameters.place + (fault.setting.map { ".\($0)" } ?? ""), fault.clause)
            }
        }
        for setting in type.settings where setting.isRequired && settings.parameters[setting.name] == nil {
            faults.add(place, "the parameter \"\(setting.name)\" is missing: \(setting.help)")
        }
        return settings
    }

    var sourceName: SourceName? { string.flatMap { text in parsed { try SourceName(text) } } }

    private func backendType(_ types: [BackendType]) -> BackendType? {
        guard let name = string else { return nil }
        return types.first { $0.name == name }
            ?? fault("there is no type \"\(name)\"; known are \(types.map(\.name).joined(separator: ", "))")
    }

    private func sourceURL(_ type: BackendType) -> SourceURL? {
        guard let text = string else { return nil }
        if text.isEmpty { return fault("must not be empty") }
        if text.unicodeScalars.count > 200 { return fault("has at most 200 characters") }
        let url = SourceURL(text)
        if keptSettings(type)?.sourceURL.raw == text { return url }
        return type.faultInURL(url).flatMap { fault($0) } ?? url
    }

    /// What the store keeps, if it is of the same type: what another type took says nothing.
    private func keptSettings(_ type: BackendType) -> DataSourceSettings? {
        faults.kept.flatMap { $0.type == type.name ? $0 : nil }
    }

    var shortText: String? {
        guard let text = string else { return nil }
        return text.unicodeScalars.count <= 200 ? text : fault("has at most 200 characters")
    }

    /// NetBox's one text with a rule a line, or a list of rules.
    private var ignoreRules: String? {
        guard case .array = value else { return string }
        return elements.compactMap(\.string).joined(separator: "\n")
    }

    private var interval: Int? {
        if value == .null { return nil }
        guard let minutes = integer else { return nil }
        let known = DataSourceSettings.intervals
        return known.contains(minutes)
            ? minutes : fault("must be one of \(known.map(String.init).joined(separator: ", ")) minutes, or null")
    }

    private func parameters(of type: BackendType) -> [String: ParameterValue] {
        var values: [String: ParameterValue] = [:]
        for (key, value) in members(allowed: type.settings.map(\.name)) ?? [:] {
            guard let setting = type.setting(key), value.value != .null else { continue }
            values[key] = value.parameter(setting, kept: keptSettings(type)?.parameters[key])
        }
        return values
    }

    private func parameter(_ setting: SettingDeclaration, kept: ParameterValue?) -> ParameterValue? {
        if case .literal(let text)? = kept, value == .string(text) { return kept }
        switch value {
        case .object: return reference
        case .string(let text), .number(let text):
            return given(text, setting)
        case .bool(let isTrue): return given(isTrue ? "true" : "false", setting)
        case .array where setting.kind == .list:
            return given(elements.compactMap(\.string).joined(separator: "\n"), setting)
        case .array: return fault("must be one value, not a list of them")
        case .null:
            return fault(
                "must be a string, a number, {\"env\": \"NAME\"}, {\"file\": \"path\"} or {\"command\": [\"program\", ...]}"
            )
        }
    }

    private func given(_ text: String, _ setting: SettingDeclaration) -> ParameterValue? {
        setting.fault(in: text).flatMap { fault($0) } ?? (setting.isSecret ? .secret(text) : .literal(text))
    }

    private var reference: ParameterValue? {
        if faults.kept != nil, case .object(let kept) = value, case .string(let text) = kept["sealed"] {
            return .sealed(SealedValue(text: text))
        }
        guard let members = members(allowed: ["env", "file", "command"]) else { return nil }
        guard members.count == 1 else { return fault("must have one of \"env\", \"file\" and \"command\"") }
        if let name = members["env"]?.string {
            return name.isEmpty ? fault("\"env\" must name a variable") : .environment(name)
        }
        if let command = members["command"] {
            let words = command.elements.compactMap(\.string)
            return words.first?.isEmpty == false
                ? .command(words) : command.fault("must be [\"program\", \"argument\", ...]")
        }
        guard let path = members["file"]?.string else { return nil }
        return path.isEmpty ? fault("\"file\" must name a file") : .file(path)
    }
}
