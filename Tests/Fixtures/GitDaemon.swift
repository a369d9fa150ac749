private import Foundation

/// A real `git daemon` on a free loopback port.
package final class GitDaemon: Sendable {
    package let port: FreePort
    private let folder: TemporaryFolder
    private let process: ServerProcess

    package init() throws {
        try Command.require(["git"], from: ["git"])
        folder = try TemporaryFolder("sluice-daemon")
        port = try FreePort()
        let root = try folder.folder("root")
        process = try ServerProcess(
            [
                "git", "daemon", "--reuseaddr", "--export-all", "--informative-errors", "--verbose",
                "--listen=127.0.0.1", "--port=\(port.number)", "--base-path=\(root)",
            ], environment: ["HOME": folder.path], log: folder.path(of: "daemon.log"))
        for _ in 0..<1_000 {
            if port.isOpen { return }
            usleep(5_000)
        }
        throw FixtureError("git daemon does not start: \(folder.read("daemon.log"))")
    }

    /// Makes a repository that is served as ``url(_:)``.
    package func repository(
        _ name: String = "core", @RepositoryBuilder _ steps: () -> [RepositoryStep]
    ) throws -> GitRepository {
        let repository = try GitRepository(at: folder.folder("work/\(name)"), steps)
        try repository.git("init", "-q", "--separate-git-dir", folder.path(of: "root/\(name).git"))
        return repository
    }

    package func url(_ name: String = "core") -> String { "git://127.0.0.1:\(port.number)/\(name).git" }

    /// How many requests for a repository came.
    package var requests: Int {
        folder.read("daemon.log").split(whereSeparator: \.isNewline).count { $0.contains("Request upload-pack for") }
    }
}
