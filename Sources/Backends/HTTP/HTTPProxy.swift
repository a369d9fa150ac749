internal import CCurl

/// A proxy: where it is, how it is spoken to, and as whom.
package struct HTTPProxy: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case http, https, socks4, socks4a
        /// The server's name is resolved here.
        case socks5
        /// The server's name is resolved by the proxy.
        case socks5h
    }

    package let kind: Kind
    package let host: String
    package let port: Int
    package var userInfo: HTTPUserInfo?
    /// Whether scheme or port was written; a word alone is one more often by mistake than on purpose.
    let isSpelledOut: Bool

    /// Reads a proxy's URL; without a scheme it is an HTTP proxy, and without a port it has libcurl's.
    ///
    /// - Throws: `.badProxy`; the text is not repeated in the error.
    package init(_ text: String) throws(HTTPError) {
        let parts: HTTPURLParts
        do throws(HTTPError) {
            parts = try HTTPURLParts(
                text.contains("://") ? text : "http://" + text, flags: Int(CURLU_NON_SUPPORT_SCHEME))
        } catch {
            throw HTTPError(.badProxy, at: nil, error.detail)
        }
        guard let kind = parts.get(CURLUPART_SCHEME).flatMap(Kind.init) else {
            throw HTTPError(.badProxy, at: nil, "its scheme is none of http, https, socks5 and socks5h")
        }
        guard let host = parts.get(CURLUPART_HOST) else { throw HTTPError(.badProxy, at: nil, "it names no host") }
        guard ["", "/"].contains(parts.get(CURLUPART_PATH) ?? ""), parts.get(CURLUPART_QUERY) == nil else {
            throw HTTPError(.badProxy, at: nil, "it has a path")
        }
        self.kind = kind
        self.host = host.lowercased()
        let port = parts.get(CURLUPART_PORT, defaulting: false).flatMap { Int($0) }
        self.port = port ?? (kind == .https ? 443 : 1_080)
        isSpelledOut = port != nil || text.contains("://")
        let user = parts.get(CURLUPART_USER, decoded: true)
        let password = parts.get(CURLUPART_PASSWORD, decoded: true)
        userInfo = user == nil && password == nil ? nil : HTTPUserInfo(user: user ?? "", password: password)
    }

    /// With scheme and port, without user-info.
    package var shown: String { "\(kind.rawValue)://\(host):\(port)" }

    /// Whether it speaks HTTP itself, rather than SOCKS.
    var speaksHTTP: Bool { kind == .http || kind == .https }
}
