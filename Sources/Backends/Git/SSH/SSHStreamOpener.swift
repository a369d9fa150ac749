internal import Model

/// Opens streams to a repository by running `ssh HOST git-upload-pack`.
struct SSHStreamOpener: StreamOpener {
    let address: SSHAddress
    let settings: SSHSettings

    var shown: String { address.description }

    var place: SSHPlace { SSHPlace(user: address.user, host: address.host, port: address.port) }

    func open(
        doing: String, bell: WakeUp, observe: (@Sendable (StreamProgress) -> Void)?
    ) throws(GitFailure) -> GitStream {
        let command: SSHCommand
        do throws(BackendError) {
            command = try SSHCommand(settings, to: place, knownAs: place, command: address.command)
        } catch {
            throw GitFailure(error)
        }
        let process = try SSHProcess(command, to: address, settings, doing: doing)
        if let observe {
            process.observe = { [address, jump = settings.jump] log in
                observe(log.progress(to: address, through: jump))
            }
        }
        var limits = settings.limits
        // Each hop may take its time.
        if settings.jump != nil { limits.connect *= 2 }
        return GitStream(socket: process.socket, carrier: process, shown: shown, limits: limits)
    }
}
