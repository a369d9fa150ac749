/// TLS in front of any web server of this machine, by nginx: what most servers on the internet stand behind.
package final class NginxFront: Sendable {
    package let port: FreePort
    private let process: ServerProcess
    private let folder: TemporaryFolder

    /// - Parameters:
    ///   - target: the port of 127.0.0.1 that is served.
    ///   - issued: what it shows.
    ///   - demanded: lets in only who shows a certificate of this authority.
    package init(
        to target: FreePort, showing issued: CertificateAuthority.Issued, demanding demanded: CertificateAuthority
    ) async throws {
        try Command.require(["nginx"], from: ["nginx-light"])
        let folder = try TemporaryFolder("sluice-nginx")
        self.folder = folder
        port = try FreePort()
        let certificate = try folder.write("certificate.pem", issued.certificate)
        let key = try folder.write("key.pem", issued.key, mode: 0o600)
        let clients = try folder.write("clients.pem", demanded.certificate)
        let scratch = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder.path)/\($0);"
        }
        let file = try folder.write(
            "nginx.conf",
            """
            daemon off; master_process off; pid \(folder.path)/pid; error_log \(folder.path)/error.log;
            events {}
            http {
                access_log off; \(scratch.joined(separator: " "))
                server {
                    listen 127.0.0.1:\(port.number) ssl;
                    ssl_certificate \(certificate); ssl_certificate_key \(key);
                    ssl_client_certificate \(clients); ssl_verify_client on;
                    location / { proxy_pass http://127.0.0.1:\(target.number); }
                }
            }
            """)
        process = try ServerProcess(
            ["nginx", "-c", file, "-e", folder.path(of: "error.log")], log: folder.path(of: "log"))
        try await process.wait { [port] in port.isOpen }
    }

    package func url(host: String = "localhost") -> String { "https://\(host):\(port.number)" }
}
