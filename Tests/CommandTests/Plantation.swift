import Fixtures
import Foundation
import Model
import Synchronization
import Testing

/// A program with secrets planted about it, and everything that it wrote.
final class Plantation {
    /// How a secret is given.
    enum Way: String, CaseIterable {
        case literal, environment, file, command
    }

    private let program: Program
    private let temporary: TemporaryFolder
    private let inputs: TemporaryFolder
    private var secrets: [String] = []
    private var environment: [String: String] = [:]
    private var printed: [(what: String, text: String)] = []
    private var declared: [(name: String, members: JSONValue)] = []
    /// The exit code of each run, by its arguments.
    private(set) var statuses: [String: Int32] = [:]

    init() throws {
        program = try Program()
        temporary = try TemporaryFolder("sluice-planted-tmp")
        inputs = try TemporaryFolder("sluice-planted")
    }

    /// The declared sources.
    var names: [String]? { declared.isEmpty ? nil : declared.map(\.name) }

    /// Looks for these too.
    func also(_ more: [String]) { secrets += more }

    func newSecret(_ label: String) -> String {
        let secret = "planted-\(secrets.count)-\(label)-tdk7"
        secrets.append(secret)
        return secret
    }

    /// A secret that is a key of 32 bytes in base64.
    func newKey(_ label: String) -> String {
        let secret = newSecret(label)
        let key = Data((secret + String(repeating: "-", count: 32)).utf8.prefix(32)).base64EncodedString()
        secrets.append(key)
        return key
    }

    /// The settings without which a secret one is refused.
    func companions(of setting: String) throws -> [String: JSONValue] {
        switch setting {
        case "aws_secret_access_key": ["aws_access_key_id": "AKPLANTED"]
        case "aws_session_token": ["aws_access_key_id": "AKPLANTED", "aws_secret_access_key": "unused"]
        case "proxy_password": ["proxy": "http://127.0.0.1:9"]
        case "tls_client_key", "tls_client_key_password":
            ["tls_client_certificate": ["file": .string(try inputs.write("certificate", "none", mode: 0o600))]]
        default: [:]
        }
    }

    /// Makes a secret, puts it where `way` says, and gives the parameter's value that leads to it.
    ///
    /// - Parameter exactly: whether `label` is the secret itself.
    func plant(_ way: Way, _ label: String, exactly: Bool = false) throws -> JSONValue {
        let secret = exactly ? label : newSecret(label)
        let number = declared.count * 10 + environment.count
        switch way {
        case .literal: return .string(secret)
        case .environment:
            environment["PLANTED_\(number)"] = secret
            return ["env": .string("PLANTED_\(number)")]
        case .file: return ["file": .string(try inputs.write("file-\(UUID())", secret + "\n", mode: 0o600))]
        case .command:
            // It complains with the secret, too.
            let script = try inputs.write(
                "command-\(UUID())", "#!/bin/sh\necho '\(secret)' >&2\necho '\(secret)'\n", mode: 0o700)
            return ["command": [.string(script)]]
        }
    }

    /// Registers a source through a declaration.
    func declare(_ name: String, type: String, url: String, _ parameters: [String: JSONValue]) throws {
        declared.append(
            (
                name,
                [
                    "name": .string(name), "type": .string(type), "source_url": .string(url),
                    "parameters": .object(parameters),
                ]
            ))
        try register()
    }

    private func register(_ arguments: String...) throws {
        let text = (["data_sources": .array(declared.map(\.members))] as JSONValue).pretty
        let file = try inputs.write("declaration.json", text, mode: 0o600)
        run(["register", file] + arguments, as: "register")
        #expect(statuses["register"] == 0, "\(printed.suffix(2))")
    }

    /// Everything that one does with a source.
    func tour(_ name: String) throws {
        for arguments in [
            ["source", "show", name], ["sync", name], ["sync", name, "--dry-run", "--format", "json"],
            ["source", "show", name, "--format", "json"],
        ] {
            run(arguments)
        }
    }

    /// Everything that one does with all of them.
    func finish() throws {
        try register("--dry-run", "--format", "json")
        try register()
        for arguments in [
            ["source", "list"], ["source", "list", "--format", "json"], ["status"], ["status", "--format", "json"],
            ["audit", "--limit", "1000"], ["audit", "--limit", "1000", "--format", "json"], ["key", "show"],
            ["setting", "list"], ["---completion", "source", "show", "--", "name", "2", "0"], ["source", "types"],
            ["key", "rotate"],
        ] {
            run(arguments)
        }
    }

    func run(_ arguments: [String], input: String? = nil, as name: String? = nil) {
        let name = name ?? arguments.joined(separator: " ")
        do {
            let pipe = input.map { _ in Pipe() }
            let running = try program.start(
                arguments, environment: environment.merging(["TMPDIR": temporary.path]) { $1 },
                input: pipe?.fileHandleForReading)
            let lines = watch(running.process, ignoring: Set(arguments))
            try pipe?.fileHandleForWriting.write(contentsOf: Data((input ?? "").utf8))
            try pipe?.fileHandleForWriting.close()
            running.process.waitUntilExit()
            statuses[name] = running.process.terminationStatus
            printed.append(("the output of \(name)", running.scratch.read("output")))
            printed.append(("the talk of \(name)", running.scratch.read("talk")))
            printed.append(("the command lines during \(name)", lines.withLock { $0.sorted().joined(separator: "\n") }))
        } catch {
            Issue.record("cannot run \(name): \(error)")
        }
    }

    /// Notes the command lines of a process and of all that it starts, for as long as it runs.
    ///
    /// - Parameter arguments: what we ourselves gave the process: it shows until the process hides it.
    private func watch(_ process: Process, ignoring arguments: Set<String>) -> Lines {
        let lines = Lines()
        let root = process.processIdentifier
        Thread {
            while kill(root, 0) == 0, process.isRunning {
                for identifier in Self.family(of: root) {
                    guard let bytes = FileManager.default.contents(atPath: "/proc/\(identifier)/cmdline") else {
                        continue
                    }
                    let words = String(decoding: bytes, as: UTF8.self).split(separator: "\0").map(String.init)
                    lines.add(words.filter { identifier != root || !arguments.contains($0) }.joined(separator: " "))
                }
                usleep(2_000)
            }
        }.start()
        return lines
    }

    /// A process and those that it started, and so on.
    private static func family(of root: pid_t) -> [pid_t] {
        var family = [root]
        var next = 0
        while next < family.count {
            let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(family[next])/task")) ?? []
            for task in tasks {
                let file = "/proc/\(family[next])/task/\(task)/children"
                let children = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
                family += children.split(separator: " ").compactMap { pid_t($0) }
            }
            next += 1
        }
        return family
    }

    /// Where planted secrets are found that must not be there.
    func findings() throws -> [String] {
        var found: [String] = []
        for (what, text) in printed {
            for secret in secrets where text.contains(secret) { found.append("\(what) has \(secret)") }
        }
        for folder in [program.store, temporary.path] {
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
                let file = "\(folder)/\(name)"
                let content = FileManager.default.contents(atPath: file) ?? Data()
                for secret in secrets where content.firstRange(of: Data(secret.utf8)) != nil || name.contains(secret) {
                    found.append("\(file) has \(secret)")
                }
            }
        }
        return found
    }

    func expectClean() throws {
        let found = try findings()
        #expect(found.isEmpty)
        #expect(secrets.count > 1 && printed.count > 10)
    }
}

/// Lines that a thread notes.
final class Lines: Sendable {
    private let lines = Mutex<Set<String>>([])

    func add(_ line: String) { lines.withLock { _ = $0.insert(line) } }

    func withLock<Value>(_ body: (Set<String>) -> Value) -> Value { lines.withLock { body($0) } }
}
