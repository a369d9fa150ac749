internal import Model

/// Learns the host keys that a server presents, believing none of them.
struct SSHHostKeys {
    let opener: SSHStreamOpener

    /// One for each kind of key that the server has; those of the jump host, which then name it, as long as that is not
    /// trusted. Blocks its thread.
    func presented(bell: WakeUp) throws(GitFailure) -> [HostKey] {
        let settings = opener.settings
        var failure: GitFailure?
        let keys = try keys(at: opener.place, isThroughJump: true, bell, &failure)
        if !keys.isEmpty { return keys.map { $0.named(nil) } }
        guard let failure else {
            throw GitFailure(
                .connection, "cannot ask \"\(opener.shown)\" for its host key: it presents none",
                advice: "give the server an ed25519, ECDSA or RSA host key (`ssh-keygen -A` makes them)")
        }
        guard failure.error.cause == .hostKey, let jump = settings.jump else { throw failure }
        var ignored: GitFailure?
        let other = try self.keys(at: jump, isThroughJump: false, bell, &ignored)
        if other.isEmpty { throw ignored ?? failure }
        return other.map { $0.named(jump.knownHost) }
    }

    /// - Parameter failure: why there is none.
    private func keys(
        at place: SSHPlace, isThroughJump: Bool, _ bell: WakeUp, _ failure: inout GitFailure?
    ) throws(GitFailure) -> [HostKey] {
        let doing = "ask for the host key"
        var keys: [HostKey] = []
        for algorithms in Self.kinds {
            let file: MemoryFile
            let command: SSHCommand
            do throws(BackendError) {
                file = try MemoryFile([])
                command = try SSHCommand(
                    opener.settings, to: place, knownAs: opener.place, command: "true",
                    check: .noting(file, algorithms: algorithms), isThroughJump: isThroughJump)
            } catch {
                throw GitFailure(error)
            }
            let run: ShortRun
            do throws(ChildProcess.Failure) {
                run = try ShortRun(
                    command.arguments, environment: command.environment, limit: opener.settings.limits.connect * 2,
                    bell: bell)
            } catch {
                throw GitFailure(
                    .local, "cannot \(doing): OpenSSH does not start",
                    advice: "install it: apt-get install openssh-client")
            }
            if bell.hasRung { throw GitFailure(.connection, "cannot \(doing): it was cancelled") }
            let lines = String(decoding: file.content, as: UTF8.self).split(separator: "\n")
            keys += lines.compactMap { HostKey(line: $0) }
            if lines.isEmpty, failure == nil {
                var log = SSHLog()
                log.append(run.errors.utf8)
                log.endLine()
                let told = SSHFailure(
                    log: log, status: run.status, address: opener.address, settings: opener.settings)
                let found = run.status == nil ? told.timeout(doing: doing) : told.failure(doing: doing)
                // Having no key of one kind is no failure; whatever else it is, the next kind will not mend it.
                if found.error.cause != .encryption {
                    failure = found
                    break
                }
            }
        }
        return keys
    }

    /// The most modern first.
    private static let kinds = [
        "ssh-ed25519", "ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521", "rsa-sha2-512,rsa-sha2-256",
    ]
}

extension HostKey {
    fileprivate func named(_ host: String?) -> HostKey {
        HostKey(host: host, type: type, content: content, fingerprint: fingerprint)
    }
}
