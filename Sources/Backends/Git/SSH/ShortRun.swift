private import Glibc

/// A program run to its end, its output thrown away and its complaints kept. Blocks its thread.
struct ShortRun {
    /// Nil when it had to be killed.
    let status: Int32?
    let errors: String

    /// - Parameter bell: ends it at once.
    init(
        _ arguments: [String], environment: [String: String], limit: Duration, bell: WakeUp? = nil
    ) throws(ChildProcess.Failure) {
        let talk = try SocketPair()
        defer { close(talk.ours) }
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        let child: ChildProcess
        do throws(ChildProcess.Failure) {
            child = try ChildProcess(
                arguments, environment: environment, input: nothing, output: nothing, errors: talk.other)
            close(nothing)
            close(talk.other)
        } catch {
            close(nothing)
            close(talk.other)
            throw error
        }
        let end = ContinuousClock.now + limit
        var said: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4_096)
        while ContinuousClock.now < end, said.count < 1 << 18 {
            var ready = [
                pollfd(fd: talk.ours, events: Int16(POLLIN), revents: 0),
                pollfd(fd: bell?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&ready, 2, 100)
            if ready[1].revents != 0 { break }
            guard ready[0].revents != 0 else { continue }
            let count = read(talk.ours, &piece, piece.count)
            guard count > 0 else { break }
            said += piece.prefix(count)
        }
        status = bell?.hasRung == true ? child.wait(atMost: .zero) : child.wait(atMost: .milliseconds(500))
        errors = String(decoding: said, as: UTF8.self)
    }
}
