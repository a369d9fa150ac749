internal import CCurl

/// Whom a client trusts, and how it proves who it is itself.
package struct TLSSettings: Sendable, Equatable {
    /// Certificates of authorities, as PEM text, that are trusted besides the system's.
    package var extraAuthorities: String?
    package var identity: Identity?
    /// The only place that sees `identity`, redirects and all; nil shows it to any.
    package var identityOrigin: HTTPURL.Origin?
    /// False takes any certificate for the server's. A proxy's is checked all the same.
    package var isVerified = true
    /// Where the system's authorities are, if not where libcurl was built to look: a bundle, and a folder of single
    /// certificates under their hashes.
    package var systemBundle: String?
    package var systemFolder: String?

    /// A client certificate with its key, as PEM text. It prints as nothing.
    package struct Identity: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
        /// The certificate, and those that lead from it to its authority.
        let certificate: String
        let key: String
        let password: String?

        package var description: String { "<client certificate>" }
        package var debugDescription: String { description }
    }

    package init() {}
}

extension TLSSettings {
    /// Who the client is to `url`; nil where nobody is to know.
    func identity(for url: HTTPURL) -> Identity? {
        identityOrigin == nil || identityOrigin == url.origin ? identity : nil
    }

    /// Whether `text` holds certificates and nothing that only looks like one.
    static func areCertificates(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { ctls_count_certificates($0.baseAddress, Int32(clamping: $0.count)) } > 0
    }
}

extension TLSSettings.Identity {
    enum Fault {
        case noCertificate, noKey, missingPassword, wrongPassword, otherKey
    }

    /// What is wrong with it, or nil. Nothing is connected for that.
    var fault: Fault? {
        var (certificate, key) = (certificate, key)
        let result = certificate.withUTF8 { certificate in
            key.withUTF8 { key in
                ctls_check_identity(
                    certificate.baseAddress, Int32(clamping: certificate.count), key.baseAddress,
                    Int32(clamping: key.count), password)
            }
        }
        switch result {
        case CTLS_FITS: return nil
        case CTLS_NO_CERTIFICATE: return .noCertificate
        case CTLS_DIFFERENT: return .otherKey
        default:
            // PKCS#8 and the older form both say so in their text.
            guard key.contains("ENCRYPTED") else { return .noKey }
            return password == nil ? .missingPassword : .wrongPassword
        }
    }
}
