internal import Model

/// The settings of every backend that goes over a network.
enum ConnectionSettings {
    static let declared =
        tls + proxy + [
            SettingDeclaration(
                "connect_timeout", kind: .duration, help: "How long connecting may take, TLS and proxy included.",
                defaultValue: "20s"),
            SettingDeclaration(
                "stall_speed", kind: .size, help: "A transfer slower than so many bytes a second is stalled.",
                defaultValue: "1"),
            SettingDeclaration(
                "stall_time", kind: .duration, help: "How long a transfer may stall before it is given up.",
                defaultValue: "60s"),
            SettingDeclaration(
                "total_timeout", kind: .duration,
                help:
                    "How long one request may take, its answer included; later it is not tried again either. No limit "
                    + "if not set."),
        ]

    /// Says what can be said before the settings that are references are read.
    ///
    /// - Throws: ``BackendError``, `.settings`, as making the backend would.
    static func check(_ parameters: [String: String], references: Set<String>) throws(BackendError) {
        var parameters = parameters
        // Such as go together with each other.
        for (name, legal) in [("proxy", "http://proxy.invalid:8080"), ("proxy_username", "x"), ("proxy_password", "x")]
        where references.contains(name) { parameters[name] = legal }
        if !references.isDisjoint(with: TLSSettings.identitySettings) {
            for name in TLSSettings.identitySettings { parameters[name] = nil }
        }
        _ = try HTTPSettings(BackendConfiguration(url: SourceURL(""), parameters: parameters, cacheFolder: ""))
    }
}

extension HTTPSettings {
    /// The settings of a data source, and of the environment where the data source has none.
    ///
    /// - Throws: ``BackendError``, `.settings`, when they do not make sense or do not fit each other. Nothing is
    ///   connected for that.
    init(_ configuration: BackendConfiguration) throws(BackendError) {
        self.init()
        if let time = configuration.duration("connect_timeout") { connectTimeout = time }
        if let speed = configuration["stall_speed"].flatMap(ByteSize.bytes(in:)) { stallBytesPerSecond = Int(speed) }
        if let time = configuration.duration("stall_time") { stallLimit = time }
        totalTimeout = configuration.duration("total_timeout")
        tls = try TLSSettings(configuration)
        proxy = try ProxyChoice(configuration)
    }
}
