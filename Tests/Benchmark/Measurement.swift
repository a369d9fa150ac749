import Fixtures
import Foundation

/// What one run of a command took.
struct Measurement {
    let wall: Double
    let user: Double
    /// Not below what this process itself ever held: a child's peak counts from what its parent holds.
    let peakMiB: Double
}

enum Program {
    /// The program beside this one, so of the same build.
    static let sluice = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("sluice").path

    /// A sync of the store's one source, "it".
    static func sync(_ store: String) throws -> Measurement { try measure([sluice, "sync", "it", "--store", store]) }

    /// Runs one of ours to its end, and gives what it wrote.
    @discardableResult
    static func run(_ words: String..., store: String) throws -> String {
        String(decoding: try Command.run([sluice] + words + ["--store", store]), as: UTF8.self)
    }

    static func isInstalled(_ program: String) -> Bool {
        // The error says what to install; here it only means no.
        (try? Command.require([program], from: [])) != nil
    }

    /// Runs a command to its end, its output thrown away.
    static func measure(_ arguments: [String], environment: [String: String] = [:]) throws -> Measurement {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let settings = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = settings.map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var child: pid_t = 0
        let start = ContinuousClock.now
        guard posix_spawnp(&child, arguments[0], &actions, nil, &argv, &envp) == 0 else {
            throw FixtureError("cannot start \(arguments[0])")
        }
        var status: Int32 = 0
        var usage = rusage()
        wait4(child, &status, 0, &usage)
        let wall = (ContinuousClock.now - start) / .seconds(1)
        guard status == 0 else { throw FixtureError("\(arguments.joined(separator: " ")) failed") }
        return Measurement(
            wall: wall, user: Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6,
            peakMiB: Double(usage.ru_maxrss) / 1_024)
    }
}
