private import Dispatch
private import Glibc
private import Synchronization

/// A child process with a session, and so a process group, of its own: it has no terminal, and what it starts ends
/// with it.
final class ChildProcess: Sendable {
    private let identifier: pid_t
    private let status = Mutex<Int32?>(nil)

    /// Starts `arguments[0]`, looked up in `PATH`, with the environment given and nothing else of ours.
    ///
    /// - Throws: the error number.
    init(
        _ arguments: [String], environment: [String: String], input: Int32, output: Int32, errors: Int32
    ) throws(Failure) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (source, target) in [(input, 0), (output, 1), (errors, 2)] as [(Int32, Int32)] {
            posix_spawn_file_actions_adddup2(&actions, source, target)
        }
        _ = GNUCall.addCloseFrom?(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // We may ignore or block signals that must reach the child.
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes, Int16(Int32(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | Self.setSession))

        let argv = arguments.map { strdup($0) } + [nil]
        let environ = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + environ).forEach { free($0) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, arguments[0], &actions, &attributes, argv, environ)
        guard code == 0 else { throw Failure(number: code) }
        identifier = process
    }

    struct Failure: Error {
        let number: Int32
    }

    deinit { kill() }

    /// Ends the whole group at once and leaves no zombie.
    func kill() {
        status.withLock { status in
            guard status == nil else { return }
            _ = Glibc.kill(-identifier, SIGKILL)
            // It may not have become a group's leader yet.
            _ = Glibc.kill(identifier, SIGKILL)
            var value: Int32 = 0
            while waitpid(identifier, &value, 0) < 0, errno == EINTR {}
            status = value
        }
    }

    /// Waits for the end of the process, and kills it when it takes longer than `limit`.
    ///
    /// - Returns: its exit status; nil when a signal ended it.
    func wait(atMost limit: Duration) -> Int32? {
        let end = ContinuousClock.now + limit
        while !hasEnded, ContinuousClock.now < end { usleep(2_000) }
        kill()
        let value = status.withLock { $0 } ?? 0
        return value & 0x7F == 0 ? value >> 8 & 0xFF : nil
    }

    /// Lets the process end by itself for a while, out of the way of whoever calls; then kills it.
    func endInTheBackground() {
        DispatchQueue.global(qos: .utility).async { _ = self.wait(atMost: .seconds(3)) }
    }

    private var hasEnded: Bool {
        status.withLock { status in
            guard status == nil else { return true }
            var news = siginfo_t()
            let flags = WEXITED | WNOHANG | WNOWAIT
            guard waitid(P_PID, id_t(identifier), &news, flags) == 0, news.si_signo == SIGCHLD else { return false }
            // What it started may still be there; its number is nobody else's as long as nobody has asked for its end.
            _ = Glibc.kill(-identifier, SIGKILL)
            var value: Int32 = 0
            while waitpid(identifier, &value, 0) < 0, errno == EINTR {}
            status = value
            return true
        }
    }

    /// `POSIX_SPAWN_SETSID`, which the Glibc module does not show.
    private static let setSession: Int32 = 0x80
}
