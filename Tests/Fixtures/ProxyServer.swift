/// A real proxy that records what went through it: tinyproxy for HTTP, microsocks for SOCKS 5.
package final class ProxyServer: Sendable {
    package enum Kind: Sendable {
        case http
        /// An HTTP proxy that tunnels to no port but 443.
        case timid
        case socks
    }

    package static let user = "ada"
    package static let password = "pr0xy-pass"
    /// Debian's packages that it is made of.
    package static let packages = ["tinyproxy-bin", "microsocks"]

    package let port: FreePort
    private let process: ServerProcess
    private let folder: TemporaryFolder

    /// - Parameter isClosed: lets in only who knows ``user`` and ``password``.
    package init(_ kind: Kind, isClosed: Bool = false) async throws {
        try Command.require(["tinyproxy", "microsocks"], from: Self.packages)
        let folder = try TemporaryFolder("sluice-proxy")
        self.folder = folder
        let port = try FreePort()
        self.port = port
        switch kind {
        case .socks:
            let who = isClosed ? ["-u", Self.user, "-P", Self.password] : []
            process = try ServerProcess(
                ["microsocks", "-i", "127.0.0.1", "-p", "\(port.number)"] + who, log: folder.path(of: "log"))
        case .http, .timid:
            let lines =
                ["Port \(port.number)", "Listen 127.0.0.1", "Timeout 60", "LogLevel Info", "MaxClients 100"]
                + (isClosed ? ["BasicAuth \(Self.user) \(Self.password)"] : [])
                + (kind == .timid ? ["ConnectPort 443"] : [])
            let file = try folder.write("proxy.conf", lines.joined(separator: "\n") + "\n")
            process = try ServerProcess(["tinyproxy", "-d", "-c", file], log: folder.path(of: "log"))
        }
        try await process.wait { port.isOpen }
    }

    /// `host:port`
    package var place: String { "127.0.0.1:\(port.number)" }

    /// What the proxy wrote about what passed, its own words.
    package var log: String { folder.read("log") }

    /// Whether it was asked to connect to `host` and `port`, each as it was given by the client.
    package func wasAsked(for host: String, _ port: FreePort) -> Bool {
        log.contains("CONNECT \(host):\(port.number) ") || log.contains("http://\(host):\(port.number)/")
            || log.contains("connected to \(host):\(port.number)")
    }
}
