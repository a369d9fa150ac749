internal import CCurl

/// What went wrong at a proxy, or between it and the server.
package struct ProxyFault: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case unresolved, unreachable, timedOut
        /// The conversation with an https proxy.
        case tls(TLSFault)
        /// It wants credentials, and was given none.
        case credentialsMissing
        case credentialsRefused
        /// It does not go where it was asked to go, and answers with this status.
        case refused(status: Int)
        /// It went there and was not let in, or found nobody.
        case serverUnreachable
        /// Its answer is not what its kind of proxy says.
        case malformed
    }

    package let kind: Kind
    /// Without user-info.
    package let proxy: String

    /// As a clause about the proxy, which is named in it.
    var clause: String {
        let proxy = "the proxy \(proxy)"
        return switch kind {
        case .unresolved: "the host of \(proxy) has no address"
        case .unreachable: "nobody accepts connections at \(proxy)"
        case .timedOut: "\(proxy) took too long"
        case .tls(let fault): "no trusted TLS connection to \(proxy): \(fault.clause)"
        case .credentialsMissing: "\(proxy) asks for credentials"
        case .credentialsRefused: "\(proxy) refused the credentials"
        case .refused(let status): "\(proxy) refused to connect there, with status \(status)"
        case .serverUnreachable: "\(proxy) does not reach it"
        case .malformed: "\(proxy) did not do what a proxy of its kind does"
        }
    }

    var advice: String {
        switch kind {
        case .unresolved: "check the host in `proxy`, or in the environment, and this machine's DNS"
        case .unreachable: "check host and port in `proxy`, or in the environment, and that the proxy runs"
        case .timedOut: "check `proxy`, or give it longer with `connect_timeout`"
        case .tls(let fault): fault == .certificateDemanded ? "use another proxy: it gets no certificate" : fault.advice
        case .credentialsMissing: "set `proxy_username` and `proxy_password`"
        case .credentialsRefused: "set the right `proxy_username` and `proxy_password`"
        case .refused: "have the proxy allow it, or name the host in `no_proxy` if it can be reached directly"
        case .serverUnreachable: "check host and port in the URL, and what the proxy may reach"
        case .malformed: "check the scheme in `proxy`: http, https, socks5 or socks5h"
        }
    }

    /// Whether the same again may go well.
    var isPassing: Bool {
        switch kind {
        case .unresolved, .unreachable, .timedOut, .serverUnreachable: true
        case .refused(let status): [429, 500, 502, 503, 504].contains(status)
        default: false
        }
    }

    /// - Source: libcurl's CURLINFO_PROXY_ERROR(3); RFC 1928, 6.
    static func kind(socks code: Int, hasCredentials: Bool) -> Kind {
        switch CURLproxycode(UInt32(truncatingIfNeeded: code)) {
        case CURLPX_NO_AUTH, CURLPX_USER_REJECTED, CURLPX_IDENTD, CURLPX_IDENTD_DIFFER:
            hasCredentials ? .credentialsRefused : .credentialsMissing
        case CURLPX_REPLY_CONNECTION_REFUSED, CURLPX_REPLY_HOST_UNREACHABLE, CURLPX_REPLY_NETWORK_UNREACHABLE,
            CURLPX_REPLY_TTL_EXPIRED, CURLPX_REPLY_GENERAL_SERVER_FAILURE, CURLPX_REQUEST_FAILED, CURLPX_RESOLVE_HOST,
            CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED:
            .serverUnreachable
        case CURLPX_REPLY_NOT_ALLOWED: .refused(status: 2)
        default: .malformed
        }
    }
}
