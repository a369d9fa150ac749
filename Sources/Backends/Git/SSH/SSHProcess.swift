private import Glibc
internal import Model

/// A running `ssh` whose input and output are one socket of ours.
///
/// Not Sendable: it belongs to its stream's lane.
final class SSHProcess: StreamCarrier {
    /// Our end.
    let socket: Int32
    private(set) var log = SSHLog()
    private let child: ChildProcess
    private let errors: Int32
    private var hasErrors = true
    /// The files that ssh needs until it is let in.
    private var command: SSHCommand?
    private let address: SSHAddress
    private let settings: SSHSettings
    /// Told the log whenever something was added to it.
    var observe: (@Sendable (SSHLog) -> Void)?

    private static func noChannel(_ failure: ChildProcess.Failure, doing: String) -> GitFailure {
        GitFailure(
            .local, "cannot \(doing): no channel to ssh can be made: \(String(cString: strerror(failure.number)))",
            advice: "let this user have more files open at once (`ulimit -n`)")
    }

    init(_ command: SSHCommand, to address: SSHAddress, _ settings: SSHSettings, doing: String) throws(GitFailure) {
        let pair: SocketPair
        let talk: SocketPair
        do throws(ChildProcess.Failure) {
            pair = try SocketPair()
        } catch {
            throw Self.noChannel(error, doing: doing)
        }
        defer { close(pair.other) }
        do throws(ChildProcess.Failure) {
            talk = try SocketPair()
        } catch {
            close(pair.ours)
            throw Self.noChannel(error, doing: doing)
        }
        defer { close(talk.other) }
        do throws(ChildProcess.Failure) {
            child = try ChildProcess(
                command.arguments, environment: command.environment, input: pair.other, output: pair.other,
                errors: talk.other)
        } catch {
            close(pair.ours)
            close(talk.ours)
            throw GitFailure(
                .local, "cannot \(doing): OpenSSH does not start (\(String(cString: strerror(error.number))))",
                advice: SystemShortage(error.number)?.advice ?? "install it: apt-get install openssh-client")
        }
        socket = pair.ours
        errors = talk.ours
        self.command = command
        self.address = address
        self.settings = settings
    }

    deinit { close(errors) }

    var talk: Int32? { hasErrors ? errors : nil }

    func listen() {
        var piece = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(errors, &piece, piece.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                log.append(piece.prefix(count))
                continue
            }
            if count == 0 || errno != EAGAIN { hasErrors = false }
            break
        }
        if isThrough { command = nil }
        observe?(log)
    }

    var isThrough: Bool { log.admissions >= (settings.jump == nil ? 1 : 2) }

    /// Reads to the end of what ssh has to say.
    ///
    /// - Returns: its exit status; nil when it had to be killed.
    func finish() -> Int32? {
        let end = ContinuousClock.now + .seconds(2)
        while hasErrors, ContinuousClock.now < end {
            var ready = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
            _ = poll(&ready, 1, 100)
            listen()
        }
        log.endLine()
        return child.wait(atMost: .seconds(2))
    }

    func failure(doing: String) -> GitFailure? {
        let status = finish()
        return SSHFailure(log: log, status: status, address: address, settings: settings).failure(doing: doing)
    }

    func connectTimeout(doing: String) -> GitFailure {
        SSHFailure(log: log, status: nil, address: address, settings: settings).timeout(doing: doing)
    }

    func end(atOnce: Bool) {
        if atOnce { child.kill() } else { child.endInTheBackground() }
    }
}
