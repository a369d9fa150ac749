import Foundation
import Model

/// Reads what a parameter refers to, each time it is used.
enum ParameterReading {
    /// Why a reference gives no value. Names the reference, never a value.
    enum Failure: Error, CustomStringConvertible {
        case sealed
        case noVariable(String)
        case noFile(String, String)
        case tooLong(String)
        case noOutput(String, String)
        case notText(of: String, String)

        var description: String {
            switch self {
            case .sealed: "it was not opened"
            case .noVariable(let name): "the environment variable \(name) is not set"
            case .noFile(let path, let reason): "the file \"\(path)\" cannot be read: \(reason)"
            case .tooLong(let path): "the file \"\(path)\" is longer than 1 MiB"
            case .notText(let kind, let name): "what the \(kind) \"\(name)\" gives is not UTF-8 text"
            case .noOutput(let program, let reason): "the command \"\(program)\" gives no value: \(reason)"
            }
        }
    }

    /// The settings with every reference to a file or program made absolute, since whoever syncs later may stand in another folder.
    ///
    /// - Parameter folder: what relative paths are relative to.
    static func anchored(_ settings: DataSourceSettings, in folder: String) -> DataSourceSettings {
        var settings = settings
        settings.parameters = settings.parameters.mapValues { value in
            switch value {
            case .file(let path): return .file(anchored(path, in: folder))
            // A program without a slash is looked up in PATH.
            case .command(let words) where words.first?.contains("/") == true:
                return .command([anchored(words[0], in: folder)] + words.dropFirst())
            default: return value
            }
        }
        return settings
    }

    private static func anchored(_ path: String, in folder: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        return URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: folder)).standardizedFileURL.path
    }

    static func read(_ value: ParameterValue) async throws -> String {
        switch value {
        case .literal(let text), .secret(let text): return text
        case .sealed: throw Failure.sealed
        case .environment(let name):
            guard let text = ProcessInfo.processInfo.environment[name] else { throw Failure.noVariable(name) }
            return text
        case .file(let path): return try readFile(path)
        case .command(let words):
            let output = try await CommandOutput.read(words, limit: limit)
            guard let text = text(of: output) else { throw Failure.notText(of: "command", words.first ?? "") }
            return text
        }
    }

    private static func readFile(_ path: String) throws -> String {
        // A pipe that nobody writes to would be waited for, past any interruption.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure.noFile(path, String(cString: strerror(errno))) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Failure.noFile(path, "it is not a readable file")
        }
        do {
            let data = try handle.read(upToCount: limit + 1) ?? Data()
            guard data.count <= limit else { throw Failure.tooLong(path) }
            guard let text = text(of: data) else { throw Failure.notText(of: "file", path) }
            return text
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure.noFile(path, "it is not a readable file")
        }
    }

    /// The text without its line's end; nil for what is not UTF-8, of which another secret would be made unnoticed.
    private static func text(of bytes: some Collection<UInt8>) -> String? {
        guard var text = String(validating: bytes, as: UTF8.self) else { return nil }
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }

    /// Bundles of certificate authorities have a quarter of it.
    private static let limit = 1 << 20
}
