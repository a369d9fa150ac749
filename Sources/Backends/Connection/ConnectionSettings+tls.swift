private import Foundation
internal import Model

extension ConnectionSettings {
    static let tls = [
        SettingDeclaration(
            "tls_ca", help: "Certificates (PEM) of authorities to trust besides the system's; of an https proxy too."),
        SettingDeclaration("tls_client_certificate", help: "The client certificate (PEM) to show to the server."),
        SettingDeclaration(
            "tls_client_key", help: "The client certificate's key (PEM), unless it is in the same text.",
            isSecret: true),
        SettingDeclaration(
            "tls_client_key_password", help: "The password of the client certificate's key.", isSecret: true),
        SettingDeclaration(
            "tls_verify", kind: .flag,
            help: "Whether the server's certificate is checked; without that anybody can pass for the server.",
            defaultValue: "true"),
    ]
}

extension TLSSettings {
    /// What has to fit together.
    static let identitySettings = ["tls_client_certificate", "tls_client_key", "tls_client_key_password"]

    /// - Throws: ``BackendError``, `.settings`, when a certificate or key is none, or they do not belong together.
    init(_ configuration: BackendConfiguration) throws(BackendError) {
        self.init()
        isVerified = configuration.flag("tls_verify") ?? true
        // What OpenSSL's own programs, git and Python go by; libcurl alone does not.
        systemBundle = configuration.environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        systemFolder = configuration.environment["SSL_CERT_DIR"].flatMap { $0.isEmpty ? nil : $0 }
        if let authorities = configuration["tls_ca"] {
            guard Self.areCertificates(authorities) else {
                throw Self.fault(
                    "`tls_ca` holds no certificate in PEM form, or a broken one",
                    "give the text between and with the lines BEGIN CERTIFICATE and END CERTIFICATE")
            }
            // libcurl takes a text in place of a bundle.
            extraAuthorities = try authorities + (systemBundle.map(Self.bundle) ?? "")
        }
        identity = try Self.identity(configuration)
        // As with a password: what is shown to one server is not shown to where it points.
        let place = [configuration.url.raw, configuration["endpoint"] ?? ""].lazy.compactMap { text in
            try? HTTPURL.parse(text).url  // An `s3:` URL is none, and its server is the endpoint.
        }
        identityOrigin = place.first?.origin
    }

    private static func identity(_ configuration: BackendConfiguration) throws(BackendError) -> Identity? {
        let key = configuration["tls_client_key"]
        let password = configuration["tls_client_key_password"]
        guard let certificate = configuration["tls_client_certificate"] else {
            guard key == nil, password == nil else {
                throw fault("there is a client key and no client certificate", "set `tls_client_certificate` too")
            }
            return nil
        }
        let identity = Identity(certificate: certificate, key: key ?? certificate, password: password)
        switch identity.fault {
        case nil: return identity
        case .noCertificate:
            throw fault(
                "`tls_client_certificate` holds no certificate in PEM form",
                "give the certificate's text, not its key's")
        case .noKey where key == nil:
            throw fault("there is a client certificate and no key for it", "set `tls_client_key`")
        case .noKey:
            throw fault(
                "`tls_client_key` holds no private key in PEM form", "give the key's text, not the certificate's")
        case .missingPassword:
            throw fault("the key of the client certificate is encrypted", "set `tls_client_key_password`")
        case .wrongPassword:
            throw fault("`tls_client_key_password` does not open the client certificate's key", "set the right one")
        case .otherKey:
            throw fault(
                "`tls_client_key` is not the key of `tls_client_certificate`",
                "give the two that belong together, the client's own certificate first")
        }
    }

    private static func bundle(at path: String) throws(BackendError) -> String {
        guard let bundle = FileManager.default.contents(atPath: path) else {
            throw fault("SSL_CERT_FILE names a file that cannot be read", "name a bundle of certificates, or unset it")
        }
        return "\n" + String(decoding: bundle, as: UTF8.self)
    }

    private static func fault(_ reason: String, _ advice: String) -> BackendError {
        BackendError(.settings, "cannot prepare TLS: \(reason)", advice: advice)
    }
}
