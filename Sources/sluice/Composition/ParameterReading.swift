import Foundation
import Model

/// Reads what a parameter refers to, each time it is used.
enum ParameterReading {
    /// Why a reference gives no value. Names the reference, never a value.
    enum Failure: Error, CustomStringConvertible {
        case noVariable(String)
        case noFile(String, String)
        case tooLong(String)

        var description: String {
            switch self {
            case .noVariable(let name): "the environment variable \(name) is not set"
            case .noFile(let path, let reason): "the file \"\(path)\" cannot be read: \(reason)"
            case .tooLong(let path): "the file \"\(path)\" is longer than 64 KiB"
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

    static func read(_ value: ParameterValue) throws -> String {
        switch value {
        case .literal(let text): return text
        case .environment(let name):
            guard let text = ProcessInfo.processInfo.environment[name] else { throw Failure.noVariable(name) }
            return text
        case .file(let path): return try readFile(path)
        }
    }

    private static func readFile(_ path: String) throws -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw Failure.noFile(path, String(cString: strerror(errno)))
        }
        defer { try? handle.close() }  // Only read from: nothing can be lost by closing.
        do {
            let data = try handle.read(upToCount: 65_537) ?? Data()
            guard data.count <= 65_536 else { throw Failure.tooLong(path) }
            var text = String(decoding: data, as: UTF8.self)
            while text.last?.isNewline == true { text.removeLast() }
            return text
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure.noFile(path, "it is not a readable file")
        }
    }
}
