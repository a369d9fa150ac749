/// A certificate authority of a test's own, run with the openssl command.
package final class CertificateAuthority: Sendable {
    /// A certificate with its key, as PEM text.
    package struct Issued: Sendable {
        package let certificate: String
        package let key: String
    }

    /// The authority's own certificate, as PEM text.
    package let certificate: String
    private let folder: TemporaryFolder

    package init(_ name: String = "Test authority") throws {
        try Command.require(["openssl"], from: ["openssl"])
        folder = try TemporaryFolder("sluice-authority")
        try Command.run(
            [
                "openssl", "req", "-x509", "-subj", "/CN=\(name)", "-days", "30", "-keyout", folder.path(of: "ca.key"),
                "-out", folder.path(of: "ca.pem"),
            ] + Self.newKey)
        certificate = folder.read("ca.pem")
    }

    /// Issues a certificate.
    ///
    /// - Parameters:
    ///   - alternatives: `DNS:name` and `IP:address`, which a server's certificate is valid for.
    ///   - days: how long it is valid; a negative number has it expired.
    ///   - password: encrypts the key.
    package func issue(
        _ name: String = "localhost", alternatives: [String] = ["DNS:localhost", "IP:127.0.0.1"], days: Int = 10,
        password: String? = nil
    ) throws -> Issued {
        let work = try TemporaryFolder("sluice-certificate")
        try Command.run(
            [
                "openssl", "req", "-new", "-subj", "/CN=\(name)", "-addext",
                "subjectAltName=\(alternatives.joined(separator: ","))", "-keyout", work.path(of: "key"), "-out",
                work.path(of: "request"),
            ] + Self.newKey)
        try Command.run([
            "openssl", "x509", "-req", "-in", work.path(of: "request"), "-CA", folder.path(of: "ca.pem"), "-CAkey",
            folder.path(of: "ca.key"), "-days", "\(days)", "-copy_extensions", "copy", "-out",
            work.path(of: "certificate"),
        ])
        if let password {
            try Command.run([
                "openssl", "pkcs8", "-topk8", "-in", work.path(of: "key"), "-passout", "pass:\(password)", "-out",
                work.path(of: "locked"),
            ])
        }
        return Issued(
            certificate: work.read("certificate"), key: work.read(password == nil ? "key" : "locked"))
    }

    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
}
