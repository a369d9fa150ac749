private import Foundation

/// A lighttpd of its own on a free loopback port, stopped with the value that owns it.
package final class WebServer: Sendable {
    package let port: FreePort
    package let folder: TemporaryFolder
    private let process: ServerProcess

    /// - Parameter configuration: what follows port, document root (`www`) and access log (`access.log`) in the
    ///   server's configuration; `FOLDER` in it stands for the server's folder.
    package init(folder: TemporaryFolder, modules: [String] = [], _ configuration: String = "") throws {
        try Command.require(["lighttpd"], from: ["lighttpd"])
        self.folder = folder
        port = try FreePort()
        let modules = (["mod_accesslog"] + modules).map { "\"\($0)\"" }.joined(separator: ",")
        let www = try folder.folder("www")
        let text = """
            server.modules = (\(modules))
            server.port = \(port.number)
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
        process = try ServerProcess(["lighttpd", "-D", "-f", file], log: folder.path(of: "output.log"))
        for _ in 0..<1_000 where !port.isOpen { usleep(5_000) }
        guard port.isOpen else { throw FixtureError("lighttpd does not start: \(folder.read("output.log"))") }
    }

    package var url: String { "http://127.0.0.1:\(port.number)" }

    /// The requests so far, each as `GET /path HTTP/1.1 200 bytes`; a line comes after the answer has been read.
    package var requests: [String] {
        folder.read("access.log").split(separator: "\n").map(String.init)
    }
}
