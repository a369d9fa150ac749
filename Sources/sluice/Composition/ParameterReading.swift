import Foundation
import Model
import Subprocess
import SystemPackage

/// Reads what a parameter refers to, each time it is used.
enum ParameterReading {
    /// Why a reference gives no value. Names the reference, never a value.
    enum Failure: Error, CustomStringConvertible {
        case sealed
        case noVariable(String)
        case noFile(String, String)
        case tooLong(String)
        case noOutput(String, String)

        var description: String {
            switch self {
            case .sealed: "it was not opened"
            case .noVariable(let name): "the environment variable \(name) is not set"
            case .noFile(let path, let reason): "the file \"\(path)\" cannot be read: \(reason)"
            case .tooLong(let path): "the file \"\(path)\" is longer than 1 MiB"
            case .noOutput(let program, let reason): "the command \"\(program)\" gives no value: \(reason)"
            }
        }
    }

    /// The settings with every file reference made absolute, since whoever syncs later may stand in another folder.
    ///
    /// - Parameter folder: what relative paths are relative to.
    static func anchored(_ settings: DataSourceSettings, in folder: String) -> DataSourceSettings {
        var settings = settings
        settings.parameters = settings.parameters.mapValues { value in
            guard case .file(let path) = value, !path.hasPrefix("/") else { return value }
            return .file(URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: folder)).standardizedFileURL.path)
        }
        return settings
    }

    static func read(_ value: ParameterValue) async throws -> String {
        switch value {
        case .literal(let text), .secret(let text): return text
        case .sealed: throw Failure.sealed
        case .environment(let name):
            guard let text = ProcessInfo.processInfo.environment[name] else { throw Failure.noVariable(name) }
            return text
        case .file(let path): return try readFile(path)
        case .command(let words): return try await readOutput(of: words)
        }
    }

    private static func readFile(_ path: String) throws -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw Failure.noFile(path, String(cString: strerror(errno)))
        }
        defer { try? handle.close() }  // Only read from: nothing can be lost by closing.
        do {
            let data = try handle.read(upToCount: limit + 1) ?? Data()
            guard data.count <= limit else { throw Failure.tooLong(path) }
            return trimmed(data)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure.noFile(path, "it is not a readable file")
        }
    }

    /// What the program prints. Its complaints are not repeated, for they may hold what is secret.
    private static func readOutput(of words: [String]) async throws -> String {
        let program = words[0]
        do {
            let result = try await run(
                program.contains("/") ? .path(FilePath(program)) : .name(program),
                arguments: Arguments(Array(words.dropFirst())), input: .none, output: .bytes(limit: limit),
                error: .discarded)
            guard result.terminationStatus.isSuccess else {
                throw Failure.noOutput(program, "it ended with \(result.terminationStatus)")
            }
            return trimmed(result.standardOutput)
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw Failure.noOutput(program, "\(error)")
        }
    }

    private static func trimmed(_ bytes: some Collection<UInt8>) -> String {
        var text = String(decoding: bytes, as: UTF8.self)
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }

    /// Bundles of certificate authorities have a quarter of it.
    private static let limit = 1 << 20
}
