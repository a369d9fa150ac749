import Fixtures
import Foundation
import Model

/// The built program, run as a person would run it, on a store in a folder of its own.
final class Program: Sendable {
    struct Result: Sendable {
        let status: Int32
        let output: String
        let talk: String

        /// The output, which must be JSON.
        func json() throws -> JSONValue { try JSONParser.parse(output.utf8) }
    }

    let folder: TemporaryFolder
    private let environment: [String: String]
    /// The folder of a local data source, which stays as long as the program does.
    let root: TemporaryFolder

    init(environment: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        root = try TemporaryFolder("sluice-root")
        self.environment = environment
    }

    var store: String { folder.path(of: "store") }

    /// The test bundle and the program are built into the same folder.
    static let path: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("sluice").path
    }()

    /// Runs `sluice` with these arguments to its end.
    @discardableResult
    func sluice(_ arguments: String..., environment more: [String: String] = [:]) throws -> Result {
        try run(arguments, environment: more)
    }

    /// - Parameter wrapper: a program and its arguments that starts `sluice` in surroundings of its own.
    @discardableResult
    func run(
        _ arguments: [String], environment more: [String: String] = [:], through wrapper: [String] = []
    ) throws -> Result {
        let process = try start(arguments, environment: more, through: wrapper)
        process.process.waitUntilExit()
        return Result(
            status: process.process.terminationStatus, output: process.scratch.read("output"),
            talk: process.scratch.read("talk"))
    }

    struct Running: Sendable {
        let process: Process
        let scratch: TemporaryFolder
    }

    /// Starts `sluice` and leaves it running.
    ///
    /// - Parameter input: what it reads; nil for nothing at all.
    func start(
        _ arguments: [String], environment more: [String: String] = [:], input: FileHandle? = nil,
        through wrapper: [String] = []
    ) throws -> Running {
        let scratch = try TemporaryFolder("sluice-run")
        try scratch.write("output", "")
        try scratch.write("talk", "")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: wrapper.isEmpty ? Self.path : "/usr/bin/env")
        process.arguments = wrapper.isEmpty ? arguments : wrapper + [Self.path] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        var environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }.merging(more) { $1 }
        environment["SLUICE_STORE"] = store
        process.environment = environment
        process.standardInput = input ?? FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.path(of: "output")))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.path(of: "talk")))
        try process.run()
        return Running(process: process, scratch: scratch)
    }

    /// Registers a declaration given as JSON.
    @discardableResult
    func register(_ declaration: String, _ arguments: String...) throws -> Result {
        let file = try folder.write("declaration.json", declaration)
        let process = try start(["register", file] + arguments)
        process.process.waitUntilExit()
        return Result(
            status: process.process.terminationStatus, output: process.scratch.read("output"),
            talk: process.scratch.read("talk"))
    }
}

extension JSONValue {
    subscript(_ key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    subscript(_ index: Int) -> JSONValue? {
        guard case .array(let values) = self, values.indices.contains(index) else { return nil }
        return values[index]
    }

    var count: Int {
        guard case .array(let values) = self else { return 0 }
        return values.count
    }
}
