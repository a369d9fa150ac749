internal import Model

/// Opens streams to a repository by running `ssh HOST git-upload-pack`.
struct SSHStreamOpener: StreamOpener {
    let address: SSHAddress
    let settings: SSHSettings
    /// Told of each stage of the way after it, for a test of the connection.
    var observe: (@Sendable (SSHLog) -> Void)?

    var shown: String { address.description }

    var place: SSHPlace { SSHPlace(user: address.user, host: address.host, port: address.port) }

    func open(doing: String, bell: WakeUp) throws(GitFailure) -> GitStream {
        let command: SSHCommand
        do throws(BackendError) {
            command = try SSHCommand(settings, to: place, knownAs: place, command: address.command)
        } catch {
            throw GitFailure(error)
        }
        let process = try SSHProcess(command, to: address, settings, doing: doing)
        process.observe = observe
        var limits = settings.limits
        // Each hop may take its time.
        if settings.jump != nil { limits.connect *= 2 }
        return GitStream(socket: process.socket, carrier: process, shown: shown, limits: limits)
    }
}
