internal import Foundation

/// A new folder that is removed with everything in it when its last reference goes.
package final class TemporaryFolder: Sendable {
    /// Absolute, without a `/` at the end and without a symbolic link in it.
    package let path: String

    /// - Parameter name: begins the folder's name, for whoever finds one left behind.
    package init(_ name: String = "sluice-test") throws {
        let parent = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
        var template = Array("\(parent)/\(name)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw FixtureError("cannot make a folder in \(parent): \(String(cString: strerror(errno)))")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)  // Nobody is left to tell.
    }

    /// The absolute path of `name` in this folder, whether or not it exists.
    package func path(of name: String) -> String { "\(path)/\(name)" }

    /// Makes a folder, and those on the way to it.
    @discardableResult
    package func folder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: path(of: name), withIntermediateDirectories: true)
        return path(of: name)
    }

    /// Writes a file, making the folders on the way to it; an older one keeps its inode.
    @discardableResult
    package func write(_ name: String, _ content: some Sequence<UInt8>, mode: Int = 0o644) throws -> String {
        let url = URL(fileURLWithPath: path(of: name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        if mode & 0o111 != 0 {
            // By another process: one of ours that is just being started would hold it open for writing for a moment, and
            // what is being written cannot be run.
            try Command.run(["sh", "-c", "cat > \"$1\"", "sh", url.path], input: Array(content))
        } else {
            try Data(content).write(to: url)
        }
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
        return url.path
    }

    @discardableResult
    package func write(_ name: String, _ content: String, mode: Int = 0o644) throws -> String {
        try write(name, content.utf8, mode: mode)
    }

    /// The text of a file; empty when there is none.
    package func read(_ name: String) -> String {
        FileManager.default.contents(atPath: path(of: name)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The content of a file; nil when there is none.
    package func bytes(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path(of: name)).map { Array($0) }
    }

    package func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path(of: name))
    }

    /// Makes a symbolic link.
    package func link(_ name: String, to destination: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path(of: name), withDestinationPath: destination)
    }
}
