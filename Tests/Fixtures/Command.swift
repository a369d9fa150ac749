internal import Foundation

/// A program that a fixture runs to its end.
package enum Command {
    /// Runs `arguments[0]`, looked up in `PATH`, and gives what it wrote to its standard output.
    ///
    /// - Throws: ``FixtureError`` with what it wrote to its standard error when it cannot start or fails.
    @discardableResult
    package static func run(
        _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
    ) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let scratch = try TemporaryFolder("sluice-command")
        let errors = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.write("errors", "")))
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw FixtureError(
                "\(arguments.prefix(3).joined(separator: " ")) failed: \(scratch.read("errors").suffix(2_000))")
        }
        return Array(bytes)
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
