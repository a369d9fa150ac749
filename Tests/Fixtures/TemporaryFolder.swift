internal import Foundation

/// A new folder that is removed with everything in it when its last reference goes.
package final class TemporaryFolder: Sendable {
    /// Absolute, without a `/` at the end and without a symbolic link in it.
    package let path: String

    /// - Parameter name: begins the folder's name, for whoever finds one left behind.
    package init(_ name: String = "sluice-test") {
        let parent = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
        var template = Array("\(parent)/\(name)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            fatalError("cannot make a folder in \(parent): \(String(cString: strerror(errno)))")  // No test can go on.
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)  // Nobody is left to tell.
    }

    /// The absolute path of `relative` in this folder.
    package func path(of relative: String) -> String { "\(path)/\(relative)" }

    /// Writes a file, making the folders on the way to it; an older one keeps its inode.
    package func write(_ content: some Sequence<UInt8>, to relative: String) throws {
        let url = URL(fileURLWithPath: path(of: relative))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content).write(to: url)
    }

    package func write(_ text: String, to relative: String) throws { try write(text.utf8, to: relative) }

    package func makeFolder(_ relative: String) throws {
        try FileManager.default.createDirectory(atPath: path(of: relative), withIntermediateDirectories: true)
    }

    package func contents(of relative: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(of: relative))))
    }

    package func remove(_ relative: String) throws {
        try FileManager.default.removeItem(atPath: path(of: relative))
    }
}
