internal import CCurl

/// What was wrong with a TLS conversation.
package enum TLSFault: Sendable, Equatable {
    /// Nobody who is trusted here signed the certificate.
    case unknownAuthority
    case selfSigned
    case wrongName
    case expired, notYetValid, revoked
    /// What listens there does not speak TLS.
    case notTLS
    /// What listens there speaks nothing else, and was spoken to in plain HTTP.
    case onlyTLS
    case nothingInCommon
    /// The server wants a client certificate and was given none.
    case certificateDemanded
    /// The server does not take the client certificate that it was given.
    case certificateRefused
    /// Our own certificate, key or list of authorities cannot be used.
    case unusable
    case other

    /// - Parameters:
    ///   - verification: OpenSSL's verdict on the certificate.
    ///   - message: libcurl's, which holds OpenSSL's error number.
    init(_ code: CURLcode, verification: Int, message: String, hasIdentity: Bool) {
        if let fault = Self.faultOfCertificate(verification) { self = fault; return }
        switch code {
        case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE: self = .unusable
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR: self = .wrongName
        default: self = Self.faultOfAlert(in: message, hasIdentity: hasIdentity) ?? .other
        }
    }

    /// What the error's number means if it is that of a fatal alert from the other side, or of its not speaking TLS.
    /// - Source: OpenSSL's `sslerr.h`; an alert is 1,000 and its number of RFC 8446, 6.
    static func faultOfAlert(in message: String, hasIdentity: Bool) -> TLSFault? {
        guard let mark = message.firstRange(of: "error:"),
            let number = UInt32(message[mark.upperBound...].prefix { $0.isHexDigit }, radix: 16)
        else { return nil }
        // The library's number stands above the reason's 23 bits; 20 is libssl's.
        guard number >> 23 == 20 else { return nil }
        switch number & 0x7F_FFFF {
        case 155, 156, 267: return .notTLS
        case 181, 258, 1_070: return .nothingInCommon
        case 1_116: return .certificateDemanded
        case 1_042...1_046, 1_048, 1_049: return hasIdentity ? .certificateRefused : .certificateDemanded
        case 1_040 where hasIdentity: return .nothingInCommon
        // Up to TLS 1.2 a server says no more than this when it misses a certificate.
        case 1_040: return .certificateDemanded
        default: return nil
        }
    }

    /// - Source: OpenSSL's `x509_vfy.h`.
    private static func faultOfCertificate(_ verdict: Int) -> TLSFault? {
        switch verdict {
        case 2, 19, 20, 21, 24, 26, 27: .unknownAuthority
        case 18: .selfSigned
        case 9: .notYetValid
        case 10: .expired
        case 23: .revoked
        case 62, 64: .wrongName
        default: nil
        }
    }

    /// What happened, as a clause about "it".
    var clause: String {
        switch self {
        case .unknownAuthority: "no authority that is trusted here signed its certificate"
        case .selfSigned: "its certificate is signed by itself, and not trusted here"
        case .wrongName: "its certificate is for another name"
        case .expired: "its certificate has expired"
        case .notYetValid: "its certificate is not valid yet"
        case .revoked: "its certificate was revoked"
        case .notTLS: "it does not speak TLS at this port"
        case .onlyTLS: "it speaks TLS at this port, and was asked without"
        case .nothingInCommon: "it has no TLS version or cipher in common with us"
        case .certificateDemanded: "it demands a client certificate"
        case .certificateRefused: "it refuses the client certificate"
        case .unusable: "certificates on our side cannot be used"
        case .other: "the TLS conversation failed"
        }
    }

    var advice: String {
        switch self {
        case .unknownAuthority: "set `tls_ca` to the certificate of the authority that signed it"
        case .selfSigned: "set `tls_ca` to that certificate, if it is the right one"
        case .wrongName: "write the host in the URL as the certificate has it, or have the certificate extended"
        case .expired: "have the certificate renewed, and check this machine's clock"
        case .notYetValid: "check this machine's clock, and the certificate's dates"
        case .revoked: "have the server given a new certificate"
        case .notTLS: "name the port where TLS is spoken; write http:// only if nothing there needs protection"
        case .onlyTLS: "write https:// in the URL"
        case .nothingInCommon: "have it speak TLS 1.2 or 1.3"
        case .certificateDemanded: "set `tls_client_certificate` and `tls_client_key`"
        case .certificateRefused:
            "set `tls_client_certificate` to one that is valid now and signed by an authority that the server trusts"
        case .unusable: "check `tls_client_certificate`, and that the package ca-certificates is installed"
        case .other: "check the server's certificate and the authorities that this machine trusts"
        }
    }
}
