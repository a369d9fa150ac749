private import Glibc
internal import Model

/// Why an `ssh` did not do what it was to do, read from what it said.
/// - Source: the messages of OpenSSH 9.2; those of git, GitHub, GitLab and Gitea for a repository that is not there.
struct SSHFailure {
    let log: SSHLog
    /// Nil when it was killed.
    let status: Int32?
    let address: SSHAddress
    let settings: SSHSettings

    func failure(doing: String) -> GitFailure {
        let told: Told =
            if status != 255 { remote } else { hostKey ?? credentials ?? network }
        let again: RetryAdvice = told.isWorthRetrying ? .soon : .never
        let error = BackendError(
            told.cause, "cannot \(doing) over SSH: \(told.reason)", advice: told.advice,
            retry: told.isWorthRetrying ? .soon : .never)
        return GitFailure(error, retry: again)
    }

    func timeout(doing: String) -> GitFailure {
        let stage =
            switch log.stages.last?.stage {
            case nil: "finding the host of"
            case .resolved: "connecting to"
            default: "logging in to"
            }
        let error = BackendError(
            .timeout, "cannot \(doing) over SSH: \(stage) \"\(address)\" took too long",
            advice: "check host, port and firewall, or raise `connect_timeout`", retry: .soon)
        return GitFailure(error, retry: .soon)
    }

    private struct Told {
        let cause: BackendError.Cause
        let reason: String
        var advice: String?
        var isWorthRetrying = false
    }

    // MARK: - The server's key

    private var hostKey: Told? {
        let changed = log.remark(containing: "has changed and you have requested strict checking")
        let isRevoked = log.remark(containing: "REVOKED HOST KEY DETECTED") != nil
        guard changed != nil || isRevoked || log.remark(containing: "Host key verification failed") != nil,
            let (host, type, fingerprint) = log.presented
        else { return nil }
        let isTarget = host == nil || log.admissions >= (settings.jump == nil ? 0 : 1)
        let place = isTarget ? "\"\(address)\"" : "the jump host \"\(EscapedName(host ?? ""))\""
        let shown = "\(EscapedName(type)) \(EscapedName(fingerprint))"
        let command = "`sluice source trust \(settings.sourceName) --fingerprint \(EscapedName(fingerprint))`"
        if isRevoked {
            return Told(
                cause: .hostKey, reason: "the host key of \(place) is revoked in `ssh_known_hosts`: \(shown)",
                advice: "ask whoever runs the server for its new key")
        }
        // A pinned key of another kind is no reason to take this one for the server's first.
        let isPinned = isTarget && settings.hostKeys.contains { $0.host == nil || $0.host == address.knownHost }
        if changed != nil || isPinned {
            return Told(
                cause: .hostKey, reason: "the host key of \(place) is not the known one: it now presents \(shown)",
                advice: "find out why, for somebody may stand between; if the server has a new key, accept it with "
                    + command)
        }
        return Told(
            cause: .hostKey, reason: "the host key of \(place) is not known: it presents \(shown)",
            advice: "compare it with the fingerprint that the server's owner publishes, then accept it with "
                + command)
    }

    // MARK: - Who we are

    private var credentials: Told? {
        guard
            log.remark(containing: "Permission denied (") != nil
                || log.remark(containing: "Too many authentication failures") != nil
                || log.remark(containing: "No supported authentication methods available") != nil
        else { return nil }
        let hasPassedJump = log.admissions > 0
        let place =
            if let jump = settings.jump, !hasPassedJump { "the jump host \"\(jump)\"" } else { "\"\(address)\"" }
        if settings.key != nil {
            if let fault = keyFault { return fault }
            return Told(
                cause: .credentials, reason: "\(place) does not accept the key of `ssh_key`",
                advice: "let the public key into the server (a deploy key, or authorized_keys), and check the user name"
            )
        }
        if let agent = settings.agent {
            if access(agent, W_OK) != 0 {
                return Told(
                    cause: .credentials, reason: "there is no SSH agent at \"\(EscapedName(agent))\"",
                    advice: "start it, or set `ssh_key`")
            }
            return Told(
                cause: .credentials, reason: "\(place) accepts none of the keys of the agent",
                advice: "add the right one with ssh-add, or set `ssh_key`")
        }
        return Told(
            cause: .credentials, reason: "\(place) asks for a key", advice: "set `ssh_key`, or `ssh_agent`")
    }

    /// What is wrong with the key itself, found out by having it read.
    private var keyFault: Told? {
        guard let said = SSHKeyReading.complaint(settings) else { return nil }
        if said.contains("incorrect passphrase") {
            return settings.passphrase == nil
                ? Told(
                    cause: .credentials, reason: "the key of `ssh_key` is protected by a passphrase",
                    advice: "set `ssh_key_passphrase`")
                : Told(
                    cause: .credentials, reason: "`ssh_key_passphrase` is not the passphrase of `ssh_key`",
                    advice: "set the right one")
        }
        return Told(
            cause: .credentials, reason: "OpenSSH cannot read the key of `ssh_key`",
            advice: "give the whole text of a private key file that `ssh-keygen -y -f FILE` can read")
    }

    // MARK: - The way there

    private var network: Told {
        let place = "\"\(address)\""
        if log.remark(containing: "Could not resolve hostname") != nil {
            return Told(
                cause: .connection, reason: "the host of \(viaJump) has no address",
                advice: "check the host name and this machine's DNS", isWorthRetrying: true)
        }
        if let said = log.remark(containing: "open failed: ") ?? log.remark(containing: "stdio forwarding failed") {
            return Told(
                cause: .proxy, reason: "the jump host does not reach \(place) (\(EscapedName(said)))",
                advice: "check `ssh_proxy_jump` and what that host may forward")
        }
        if let said = log.remark(containing: "connect to host ") {
            let why = said.split(separator: ": ").last.map { EscapedName(String($0)).description } ?? ""
            return Told(
                cause: why.contains("timed out") ? .timeout : .connection,
                reason: "no connection to \(viaJump) (\(why))",
                advice: "check host, port and firewall", isWorthRetrying: true)
        }
        if log.remark(containing: "timed out") != nil {
            return Told(
                cause: .timeout, reason: "\(place) took too long to answer", advice: "check host, port and firewall",
                isWorthRetrying: true)
        }
        if let said = log.remark(containing: "Unable to negotiate") {
            if said.contains("no matching host key type"), said.contains("ssh-dss") || said.hasSuffix("ssh-rsa") {
                return Told(
                    cause: .encryption,
                    reason: "\(place) has only host keys of a kind that is not safe any more: "
                        + "\(EscapedName(said))",
                    advice: "give the server a new host key (`ssh-keygen -A` makes them), or bring its SSH up to date")
            }
            return Told(
                cause: .encryption, reason: "no common way to encrypt: \(EscapedName(said))",
                advice: "bring the server's OpenSSH up to date")
        }
        if let said = log.remark(containing: "invalid format") ?? log.remark(containing: "Bad packet") {
            return Told(
                cause: .malformed, reason: "\(place) does not speak SSH (\(EscapedName(said)))",
                advice: "check host and port")
        }
        let said = log.remarks.last.map { " (\(EscapedName($0)))" } ?? ""
        return Told(
            cause: .connection, reason: "the connection to \(place) broke\(said)",
            advice: "if it goes on, check the server's log, and whether it limits connections", isWorthRetrying: true)
    }

    private var viaJump: String {
        settings.jump.map { log.admissions == 0 ? "the jump host \"\($0)\"" : "\"\(address)\"" } ?? "\"\(address)\""
    }

    // MARK: - What the server's command said

    private var remote: Told {
        let said = log.remarks.suffix(5).map { EscapedName($0).description }.joined(separator: "; ")
        let lower = said.lowercased()
        let missing = [
            "does not appear to be a git repository", "not found", "could not be found", "does not exist",
            "no such", "access denied", "don't have permission", "not accessible", "no access",
        ]
        if missing.contains(where: lower.contains), !lower.contains("command not found"),
            !lower.contains("git-upload-pack: not found")
        {
            return Told(
                cause: .notFound,
                reason: "there is no repository at \"\(address)\", or this key may not see it (\(said))",
                advice: "check the path, then the key's access")
        }
        if lower.contains("command not found") || lower.contains("git-upload-pack: not found") {
            return Told(
                cause: .notFound, reason: "\"\(address)\" has no git (\(said))", advice: "install git on the server")
        }
        if said.isEmpty || status == nil {
            return Told(
                cause: .connection, reason: "the connection to \"\(address)\" broke",
                advice: "if it goes on, check the server's log, and whether it limits connections",
                isWorthRetrying: true)
        }
        return Told(
            cause: .unavailable, reason: "the server says \"\(said)\"",
            advice: "check the path in the URL, and ask whoever runs the server")
    }
}

/// Has a private key read by OpenSSH, to learn what is wrong with it.
enum SSHKeyReading {
    /// What `ssh-keygen` complains of; nil when it can read the key, or cannot be asked. Blocks its thread.
    static func complaint(_ settings: SSHSettings) -> String? {
        // Whatever hinders the question, the error that led to it is reported without the answer.
        guard let command = try? SSHCommand(readingKeyOf: settings),
            let result = try? ShortRun(command.arguments, environment: command.environment, limit: .seconds(5))
        else { return nil }
        return result.status == 0 ? nil : result.errors
    }
}
