internal import Foundation

/// A real agent that holds keys, ended with the value that owns it.
package final class SSHAgent: Sendable {
    package let socket: String
    private let folder: TemporaryFolder
    private let process: ServerProcess

    package init(_ keys: [SSHKeyPair]) throws {
        folder = try TemporaryFolder("sluice-agent")
        socket = folder.path(of: "socket")
        process = try ServerProcess(["ssh-agent", "-D", "-a", socket], log: folder.path(of: "output.log"))
        for _ in 0..<1_000 {
            if FileManager.default.fileExists(atPath: socket) { break }
            usleep(5_000)
        }
        for key in keys { try Command.run(["ssh-add", "-q", key.path], environment: ["SSH_AUTH_SOCK": socket]) }
    }
}
