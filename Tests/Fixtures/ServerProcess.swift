internal import Foundation

/// A real server that runs for a test, and stops with it.
///
/// A small shell stands between us and the server and listens on a line that only we hold open: when we stop the
/// server, exit, crash or are killed, the line ends, and the shell ends the server's process group.
package final class ServerProcess: Sendable {
    private let guardian: pid_t
    private let lifeline: Int32
    private let log: String

    /// Starts `arguments[0]`, looked up in `PATH`, with output to the file `log`.
    ///
    /// - Parameter discarding: a folder that is removed after the server's end, however we end ourselves.
    package init(
        _ arguments: [String], environment: [String: String] = [:], log: String, discarding folder: String? = nil
    ) throws {
        self.log = log
        // A pair of sockets in place of a pipe: these never leak into another child that is started just now.
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw FixtureError("cannot make a pair of sockets: errno \(errno)")
        }
        defer { close(ends[0]) }
        lifeline = ends[1]

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own: Ctrl-C reaches us first, and the guardian then sees us go.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        // Our worker threads block signals; a server that inherited that would not hear that it is to end.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)

        let words = ["/bin/bash", "-c", Self.guardianScript, "guardian", folder ?? ""] + arguments
        let settings = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var process: pid_t = 0
        let code = withCStrings(words) { argv in
            withCStrings(settings) { posix_spawn(&process, "/bin/bash", &actions, &attributes, argv, $0) }
        }
        guard code == 0 else {
            close(lifeline)
            throw FixtureError("cannot start \(arguments[0]): \(String(cString: strerror(code)))")
        }
        guardian = process
    }

    deinit { stop() }

    /// Waits until `isReady` says yes.
    ///
    /// - Throws: ``FixtureError`` with the end of the log when the server ends first or `limit` passes.
    package func wait(
        atMost limit: Duration = .seconds(60), until isReady: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + limit
        while try await !isReady() {
            var status: Int32 = 0
            guard waitpid(guardian, &status, WNOHANG) == 0 else {
                throw FixtureError("the server ended: \(logTail)")
            }
            guard ContinuousClock.now < end else { throw FixtureError("the server is not ready: \(logTail)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func stop() {
        close(lifeline)
        var status: Int32 = 0
        waitpid(guardian, &status, 0)
    }

    private var logTail: String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""  // No log says as much as an empty one.
        return String(text.suffix(2_000))
    }

    /// `set -m` gives the server a process group of its own, so that what it started ends with it.
    private static let guardianScript = """
        set -m
        folder=$1; shift
        exec 3<&0
        "$@" </dev/null 3<&- &
        server=$!
        { cat <&3 >/dev/null; kill -TERM -- -$server; sleep 5; kill -KILL -- -$server; } 2>/dev/null &
        watcher=$!
        exec 3<&-
        wait $server
        status=$?
        kill -KILL -- -$watcher 2>/dev/null
        kill -KILL -- -$server 2>/dev/null
        [ -z "$folder" ] || rm -rf -- "$folder"
        exit $status
        """
}

/// Calls `body` with a null-terminated array of C strings that lives as long as the call.
func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies + [nil])
}
