/// TLS in front of any server of this machine, by stunnel.
package final class TLSFront: Sendable {
    package let port: FreePort
    private let process: ServerProcess
    private let folder: TemporaryFolder

    /// Debian's packages that it is made of.
    package static let packages = ["stunnel4", "openssl"]

    /// - Parameters:
    ///   - target: the port of 127.0.0.1 that is served.
    ///   - issued: what it shows.
    ///   - demanded: lets in only who shows a certificate of this authority.
    package init(
        to target: FreePort, showing issued: CertificateAuthority.Issued,
        demanding demanded: CertificateAuthority? = nil
    ) async throws {
        try Command.require(["stunnel"], from: Self.packages)
        folder = try TemporaryFolder("sluice-tls")
        port = try FreePort()
        var lines = [
            "foreground = yes", "pid =", "syslog = no", "debug = info", "[front]",
            "accept = 127.0.0.1:\(port.number)", "connect = 127.0.0.1:\(target.number)",
            "cert = \(try folder.write("certificate.pem", issued.certificate))",
            "key = \(try folder.write("key.pem", issued.key, mode: 0o600))",
        ]
        if let demanded {
            // Up to TLS 1.2 the handshake itself fails without a certificate. Later the server lets it succeed and ends
            // the connection then, and whether its reason arrives is a matter of luck.
            lines += ["requireCert = yes", "verifyChain = yes", "sslVersionMax = TLSv1.2"]
            lines.append("CAfile = \(try folder.write("clients.pem", demanded.certificate))")
        }
        let file = try folder.write("stunnel.conf", lines.joined(separator: "\n") + "\n")
        process = try ServerProcess(["stunnel", file], log: folder.path(of: "log"))
        try await process.wait { [port] in port.isOpen }
    }

    package func url(host: String = "localhost") -> String { "https://\(host):\(port.number)" }

    /// What stunnel wrote about its connections.
    package var log: String { folder.read("log") }
}
