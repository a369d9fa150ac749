private import Foundation
private import Glibc

/// A lighttpd of its own on a free loopback port, stopped with the value that owns it.
package final class WebServer: @unchecked Sendable {
    // `@unchecked Sendable`: nothing changes after `init`; Process is only asked to stop, once.
    package let port: Int
    package let folder: TemporaryFolder
    private let process: Process
    private let life = Pipe()

    package struct CannotStart: Error {}

    /// - Parameter configuration: what follows port, document root (`www`) and access log (`access.log`) in the
    ///   server's configuration; `FOLDER` in it stands for the server's folder.
    package init(folder: TemporaryFolder, modules: [String] = [], _ configuration: String = "") throws {
        self.folder = folder
        port = try Self.freePort()
        let modules = (["mod_accesslog"] + modules).map { "\"\($0)\"" }.joined(separator: ",")
        let www = try folder.folder("www")
        let text = """
            server.modules = (\(modules))
            server.port = \(port)
            server.bind = "127.0.0.1"
            server.document-root = "\(www)"
            server.errorlog = "\(folder.path)/error.log"
            server.upload-dirs = ("\(folder.path)")
            server.stream-response-body = 1
            accesslog.filename = "\(folder.path)/access.log"
            accesslog.format = "%r %s %O"

            """
        let file = try folder.write(
            "lighttpd.conf", text + configuration.replacingOccurrences(of: "FOLDER", with: folder.path))
        // The shell ends the server when our end of its input closes, also when this process is killed. By SIGKILL,
        // for a child of a thread that blocks signals inherits its mask.
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "/usr/sbin/lighttpd -D -f \(file) & read end; kill -9 $!"]
        process.standardError = FileHandle.nullDevice
        process.standardInput = life
        try process.run()
        try waitUntilItListens()
    }

    deinit { stop() }

    package var url: String { "http://127.0.0.1:\(port)" }

    /// The requests so far, each as `GET /path HTTP/1.1 200 bytes`.
    package var requests: [String] {
        folder.read("access.log").split(separator: "\n").map(String.init)
    }

    /// The requests until the log holds `count` of them: lighttpd writes a line after the answer has been read.
    package func requests(atLeast count: Int) -> [String] {
        for _ in 0..<200 where requests.count < count { usleep(10_000) }
        return requests
    }

    package func stop() {
        // A second close finds it closed, which is what it wants.
        try? life.fileHandleForWriting.close()
    }

    /// Nobody listens on it just now.
    package static func freePort() throws -> Int {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 ? getsockname(socket, $0, &length) : -1
            }
        }
        guard code == 0 else { throw CannotStart() }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private func waitUntilItListens() throws {
        for _ in 0..<500 {
            let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(socket) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
            let code = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if code == 0 { return }
            usleep(10_000)
        }
        throw CannotStart()
    }
}
