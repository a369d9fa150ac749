internal import Model

/// How a data source goes to its SSH server. Holds secrets: never print it.
struct SSHSettings: Sendable {
    /// The private key's text.
    var key: String?
    var passphrase: String?
    /// The socket of an agent.
    var agent: String?
    var knownHosts: String?
    var hostKeys: [HostKey] = []
    var jump: SSHPlace?
    var limits = StreamLimits()
    var home: String?
    var searchPath = "/usr/local/bin:/usr/bin:/bin"
    /// The source's name, for commands that an error advises.
    var sourceName = "NAME"

    /// - Throws: ``BackendError``, `.settings`, when they do not fit each other.
    init(_ configuration: BackendConfiguration) throws(BackendError) {
        key = configuration["ssh_key"].map(Self.text)
        passphrase = configuration["ssh_key_passphrase"]
        agent = configuration["ssh_agent"]
        if key == nil, agent == nil, let socket = configuration.environment["SSH_AUTH_SOCK"], !socket.isEmpty {
            agent = socket
        }
        knownHosts = configuration["ssh_known_hosts"].map(Self.text)
        if let knownHosts, !knownHosts.split(whereSeparator: \.isNewline).contains(where: HostKey.isKnownHost) {
            throw Self.refused(
                "`ssh_known_hosts` has no line with a host key",
                advice: "give the text of a known_hosts file: a line is HOST TYPE KEY, as `ssh-keyscan HOST` prints it")
        }
        limits = StreamLimits(configuration)
        home = configuration.environment["HOME"]
        if let path = configuration.environment["PATH"] { searchPath = path }
        if let name = configuration.sourceName { sourceName = ShellWord(name).description }
        for line in configuration.list("ssh_host_keys") {
            guard let key = HostKey(line: line) else {
                throw Self.refused(
                    "`ssh_host_keys` has a line that is no public host key",
                    advice: "give each as \"ssh-ed25519 AAAA...\", with \"HOST \" before it for a jump host")
            }
            hostKeys.append(key)
        }
        if let text = configuration["ssh_proxy_jump"] {
            guard let place = SSHPlace(authority: text[...], isEncoded: false), SSHPlace.isSafeHost(place.host),
                place.user.map(SSHPlace.isSafeUser) ?? true
            else {
                throw Self.refused("`ssh_proxy_jump` is not a host", advice: "write it as [USER@]HOST[:PORT]")
            }
            jump = place
        }
        try check(configuration)
    }

    /// Looks at those settings that make sense or not whatever the others are.
    ///
    /// - Throws: ``BackendError``, `.settings`.
    static func check(_ parameters: [String: String]) throws(BackendError) {
        let alone = parameters.filter { ["ssh_host_keys", "ssh_known_hosts", "ssh_proxy_jump"].contains($0.key) }
        _ = try SSHSettings(BackendConfiguration(url: SourceURL(""), parameters: alone, cacheFolder: ""))
    }

    private func check(_ configuration: BackendConfiguration) throws(BackendError) {
        if key != nil, configuration["ssh_agent"] != nil {
            throw Self.refused("both `ssh_key` and `ssh_agent` are set", advice: "take one of them away")
        }
        if passphrase != nil, key == nil {
            throw Self.refused("`ssh_key_passphrase` is set, but no `ssh_key`", advice: "set `ssh_key` as well")
        }
        if let key, !key.contains("PRIVATE KEY-----") {
            throw Self.refused(
                "`ssh_key` is no private key",
                advice: "give the text of a private key file, or {\"file\": \"/path/of/id_ed25519\"}")
        }
        if configuration["password"] != nil, key == nil, configuration["ssh_agent"] == nil {
            throw Self.refused(
                "`password` is set, which is not used over SSH",
                advice: "set `ssh_key` or `ssh_agent`, or use the server's https URL")
        }
        if let proxy = configuration["proxy"], proxy.lowercased() != "none" {
            throw Self.refused(
                "`proxy` is set, which is not used over SSH",
                advice: "set `ssh_proxy_jump`, or use the server's https URL")
        }
    }

    /// What names these credentials apart from others, for the mirror that they share.
    var identity: [String] { key.map { ["key", $0] } ?? (agent == nil ? [] : ["agent"]) }

    private static func refused(_ reason: String, advice: String) -> BackendError {
        BackendError(.settings, "cannot use SSH: \(reason)", advice: advice)
    }

    /// With line ends as OpenSSH wants them: it refuses a key without the last one.
    private static func text(_ value: String) -> String {
        let text = value.replacing("\r\n", with: "\n")
        return text.hasSuffix("\n") ? text : text + "\n"
    }
}
