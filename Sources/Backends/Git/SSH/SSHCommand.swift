private import Glibc
internal import Model

/// A call of OpenSSH that takes nothing from the user's configuration and asks nobody anything.
///
/// Everything secret lies in memory files that live as long as this value: neither arguments nor environment have it.
final class SSHCommand: Sendable {
    let arguments: [String]
    let environment: [String: String]
    private let files: [MemoryFile]

    /// What to do about host keys.
    enum HostKeyCheck {
        case strict
        /// Takes whatever key of these algorithms is presented, and writes it to the file.
        case noting(MemoryFile, algorithms: String)
    }

    /// - Parameters:
    ///   - place: the server.
    ///   - command: for the server's shell.
    ///   - check: of the server; a jump host is always checked strictly.
    init(
        _ settings: SSHSettings, to place: SSHPlace, knownAs target: SSHPlace, command: String,
        check: HostKeyCheck = .strict, isThroughJump: Bool = true
    ) throws(BackendError) {
        var draft = try SSHCommandDraft(settings, target: target)
        var proxy: String?
        if isThroughJump, let jump = settings.jump {
            let words = try draft.words(to: jump, check: .strict, proxy: nil)
            // ssh gives this to a shell of its own; all of it has been checked to be names, numbers and our own paths.
            proxy = (["ssh"] + words + ["-W", "'[%h]:%p'", "--", jump.host]).joined(separator: " ")
        }
        arguments = try ["ssh"] + draft.words(to: place, check: check, proxy: proxy) + ["--", place.host, command]
        environment = draft.environment
        files = draft.files
    }

    /// The call of `ssh-keygen` that reads the private key, to learn why it cannot be used.
    init(readingKeyOf settings: SSHSettings) throws(BackendError) {
        let draft = try SSHCommandDraft(settings, target: SSHPlace(user: nil, host: "none", port: nil))
        arguments = ["ssh-keygen", "-y", "-f", draft.keyPath ?? "/dev/null"]
        environment = draft.environment
        files = draft.files
    }
}

/// The parts of an ``SSHCommand`` as they come together.
private struct SSHCommandDraft {
    private(set) var files: [MemoryFile] = []
    private(set) var environment: [String: String]
    private(set) var keyPath: String?
    private let settings: SSHSettings
    private let knownHosts: [String]

    init(_ settings: SSHSettings, target: SSHPlace) throws(BackendError) {
        self.settings = settings
        // English, so that its messages can be read.
        environment = [
            "PATH": settings.searchPath, "LC_ALL": "C", "SHELL": "/bin/sh", "GIT_PROTOCOL": "version=2",
        ]
        environment["HOME"] = settings.home
        if let agent = settings.agent { environment["SSH_AUTH_SOCK"] = agent }

        if settings.hostKeys.isEmpty, settings.knownHosts == nil {
            let own = settings.home.flatMap(Self.quoted).map { ["\"\($0)/.ssh/known_hosts\""] } ?? []
            knownHosts = [
                "UserKnownHostsFile \(own.first ?? "/dev/null")", "GlobalKnownHostsFile /etc/ssh/ssh_known_hosts",
            ]
        } else {
            let pins = settings.hostKeys.map { "\($0.host ?? target.knownHost) \($0.type) \($0.content)\n" }
            let file = try MemoryFile(((settings.knownHosts ?? "") + pins.joined()).utf8)
            files.append(file)
            knownHosts = ["UserKnownHostsFile \(file.path)", "GlobalKnownHostsFile /dev/null"]
        }
        if let key = settings.key {
            let file = try MemoryFile(key.utf8)
            files.append(file)
            keyPath = file.path
        }
        if let passphrase = settings.passphrase {
            let secret = try MemoryFile((passphrase + "\n").utf8)
            let program = try MemoryFile("#!/bin/sh\nexec cat \(secret.path)\n".utf8, isExecutable: true)
            files += [secret, program]
            environment["SSH_ASKPASS"] = program.path
            environment["SSH_ASKPASS_REQUIRE"] = "force"
        } else {
            environment["SSH_ASKPASS_REQUIRE"] = "never"
        }
    }

    /// The options for one hop.
    mutating func words(
        to place: SSHPlace, check: SSHCommand.HostKeyCheck, proxy: String?
    ) throws(BackendError) -> [String] {
        var lines = Self.fixed
        lines.append("ConnectTimeout \(max(1, settings.limits.connect.components.seconds))")
        switch check {
        case .strict:
            lines += ["StrictHostKeyChecking yes"] + knownHosts
            lines += keyPath.map { ["IdentityFile \($0)", "IdentitiesOnly yes"] } ?? ["IdentityFile none"]
            lines.append("IdentityAgent \(settings.agent == nil ? "none" : "SSH_AUTH_SOCK")")
            lines.append("PreferredAuthentications publickey")
        case .noting(let file, let algorithms):
            lines += ["StrictHostKeyChecking accept-new", "UserKnownHostsFile \(file.path)"]
            lines += ["GlobalKnownHostsFile /dev/null", "HostKeyAlgorithms \(algorithms)"]
            lines += ["IdentityFile none", "IdentityAgent none", "PreferredAuthentications none"]
        }
        if let proxy { lines.append("ProxyCommand \(proxy)") }
        let file = try MemoryFile(lines.map { $0 + "\n" }.joined().utf8)
        files.append(file)
        var words = ["-F", file.path]
        if let port = place.port { words += ["-p", String(port)] }
        if let user = place.user { words += ["-l", user] }
        return words
    }

    /// - Source: ssh_config(5). The log is on, for it tells how far the connection came.
    private static let fixed = [
        "LogLevel DEBUG1", "AddKeysToAgent no", "CheckHostIP no", "ClearAllForwardings yes", "ConnectionAttempts 1",
        "ControlMaster no", "ControlPath none", "EscapeChar none", "ForwardAgent no", "ForwardX11 no",
        "HashKnownHosts no", "NumberOfPasswordPrompts 1", "PermitLocalCommand no", "RequestTTY no",
        "SendEnv GIT_PROTOCOL", "ServerAliveInterval 15", "ServerAliveCountMax 4", "UpdateHostKeys no",
        "VerifyHostKeyDNS no", "VisualHostKey no",
    ]

    /// A path as the configuration takes it; nil for one that it cannot.
    private static func quoted(_ path: String) -> String? {
        let isPlain = !path.utf8.contains { $0 < 0x20 || $0 == 0x7F || "\"$\\".utf8.contains($0) }
        return isPlain && path.hasPrefix("/") ? path.replacing("%", with: "%%") : nil
    }
}
