import Fixtures
import Foundation
import Model

/// What one run of a command took.
struct Measurement {
    let wall: Double
    let user: Double
    let peakMiB: Double
}

enum Program {
    /// The program beside this one, so of the same build.
    static let sluice = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("sluice").path

    static func sync(_ store: String) throws -> Measurement { try measure([sluice, "sync", "it", "--store", store]) }

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

/// Our command beside another one.
struct Row: CustomStringConvertible {
    let name: String
    let beside: String
    var ours: [Measurement] = []
    var theirs: [Measurement] = []

    static let heading = line("row", "beside", ["ours s", "user s", "MiB", "theirs s", "user s", "MiB", "ours/theirs"])

    var description: String {
        guard !ours.isEmpty, !theirs.isEmpty else { return Self.line(name, beside, ["not measured"]) }
        let (us, them) = (Self.median(ours), Self.median(theirs))
        return Self.line(
            name, beside,
            [
                Self.text(us.wall, 3), Self.text(us.user, 3), Self.text(us.peakMiB, 0), Self.text(them.wall, 3),
                Self.text(them.user, 3), Self.text(them.peakMiB, 0), Self.text(us.wall / them.wall, 2),
            ])
    }

    private static func line(_ name: String, _ beside: String, _ cells: [String]) -> String {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        return padded(name, 20) + padded(beside, 34) + cells.map { padded($0, 10) }.joined()
    }

    private static func median(_ runs: [Measurement]) -> Measurement {
        func middle(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
        return Measurement(
            wall: middle(runs.map(\.wall)), user: middle(runs.map(\.user)), peakMiB: middle(runs.map(\.peakMiB)))
    }

    private static func text(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
}
