internal import Foundation

/// A program that a fixture runs to its end.
package enum Command {
    /// Runs `arguments[0]`, looked up in `PATH`, and gives what it wrote to its standard output.
    ///
    /// Not through Foundation's `Process`, whose wait for the end of a program takes longer than most programs here.
    /// - Parameter environment: added to our own.
    /// - Throws: ``FixtureError`` with what it wrote to its standard error when it cannot start or fails.
    @discardableResult
    package static func run(
        _ arguments: [String], environment: [String: String] = [:],
        input: some Collection<UInt8> = []
    ) throws -> [UInt8] {
        let scratch = try TemporaryFolder("sluice-command")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, try scratch.write("input", input), O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, scratch.path(of: "output"), O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, scratch.path(of: "errors"), O_WRONLY | O_CREAT, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Our worker threads block signals, which a child would inherit.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        let settings = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var process: pid_t = 0
        let code = withCStrings(arguments) { argv in
            withCStrings(settings) { posix_spawnp(&process, arguments[0], &actions, &attributes, argv, $0) }
        }
        guard code == 0 else { throw FixtureError("cannot start \(arguments[0]): \(String(cString: strerror(code)))") }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            let words = arguments.prefix(6).joined(separator: " ")
            throw FixtureError("\(words) failed: \(scratch.read("errors").suffix(2_000))")
        }
        return scratch.bytes("output") ?? []
    }

    /// - Throws: ``FixtureError`` that names the Debian packages to install when one of `programs` is missing.
    package static func require(_ programs: [String], from packages: [String]) throws {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let missing = programs.filter { program in
            !folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
        }
        guard missing.isEmpty else {
            throw FixtureError(
                "missing \(missing.joined(separator: ", ")): apt-get install \(packages.joined(separator: " "))")
        }
    }
}
