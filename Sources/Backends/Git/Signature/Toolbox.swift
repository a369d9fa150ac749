private import Foundation
internal import Model
private import Subprocess
private import SystemPackage

/// Runs the programs of this machine that a repository is checked or reached with.
struct Toolbox: Sendable {
    /// Where programs are looked for, as in the environment variable `PATH`.
    let path: String
    /// Where their files go meanwhile.
    private let temporaryFolder: String
    private let clock: any Clock<Duration> = ContinuousClock()

    static let timeLimit = Duration.seconds(60)

    init(environment: [String: String]) {
        path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        temporaryFolder = environment["TMPDIR"] ?? FileManager.default.temporaryDirectory.path
    }

    struct Ended: Sendable {
        let isSuccess: Bool
        let output: [UInt8]
        /// What it wrote to its standard error.
        let complaints: String
    }

    /// Runs `program` to its end, without a shell, in an environment that holds nothing of ours.
    ///
    /// - Parameters:
    ///   - environment: what it holds beside `PATH` and the language.
    ///   - doing: as in `cannot DOING: ...`.
    ///   - input: the file that is its standard input.
    ///   - package: the Debian package that brings it.
    /// - Throws: ``BackendError``, `.local`, when it is missing or does not end.
    /// - Cancellation: kills it.
    func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil,
        doing: String = "check a signature", from package: String
    ) async throws -> Ended {
        do {
            return try await withThrowingTaskGroup(of: Ended?.self) { group in
                group.addTask { try await start(program, arguments, environment, input: input ?? "/dev/null") }
                group.addTask {
                    try await clock.sleep(for: Self.timeLimit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let ended = try await group.next().flatMap(\.self) else {
                    throw BackendError(
                        .timeout, "cannot \(doing): `\(program)` does not end",
                        advice: "sync again; if it stays so, run `\(program)` by hand to see what it waits for",
                        retry: .later)
                }
                return ended
            }
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            let isMissing = error.code == .executableNotFound
            throw BackendError(
                .local,
                "cannot \(doing): the program `\(program)` \(isMissing ? "is not there" : "cannot be run")",
                advice: "install the package \(package)")
        }
    }

    private func start(
        _ program: String, _ arguments: [String], _ environment: [String: String], input: String
    ) async throws -> Ended {
        var settings: [Environment.Key: String] = ["PATH": path, "LC_ALL": "C"]
        for (name, value) in environment { settings[Environment.Key(stringLiteral: name)] = value }
        let file = try FileDescriptor.open(input, .readOnly, options: .closeOnExec)
        let result = try await Subprocess.run(
            .name(program), arguments: Arguments(arguments),
            environment: .custom(settings),
            input: .fileDescriptor(file, closeAfterSpawningProcess: true), output: .bytes(limit: Self.longestOutput),
            error: .bytes(limit: Self.longestOutput))
        return Ended(
            isSuccess: result.terminationStatus.isSuccess, output: result.standardOutput,
            complaints: String(decoding: result.standardError, as: UTF8.self))
    }

    private static let longestOutput = 1 << 20

    // MARK: - A place for their files

    /// A folder of mode 0700.
    struct Folder: Sendable {
        fileprivate let path: String

        /// - Returns: the file's path.
        func write(_ name: String, _ content: some Sequence<UInt8>) throws -> String {
            let file = "\(path)/\(name)"
            try Data(content).write(to: URL(fileURLWithPath: file))
            return file
        }

        func folder(_ name: String) throws -> String {
            try FileManager.default.createDirectory(
                atPath: "\(path)/\(name)", withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700])
            return "\(path)/\(name)"
        }
    }

    /// Makes a folder for `body` and removes it with all that is in it, also after a failure.
    func withFolder<Value>(_ body: (Folder) async throws -> Value) async throws -> Value {
        var template = Array("\(temporaryFolder)/sluice-check-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw BackendError(
                .local, "cannot make a folder in \"\(temporaryFolder)\": \(String(cString: strerror(errno)))")
        }
        let folder = Folder(path: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        // What will not go away holds public keys, and is left to whoever cleans the folder for temporary files.
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        return try await body(folder)
    }
}
