internal import CCurl

/// The absolute address of an HTTP resource, without user-info and without fragment.
///
/// It is parsed by libcurl itself, so that the host which decides who may see a credential is the host that the
/// transfer then connects to. Path and query keep the percent-encoding they were given.
package struct HTTPURL: Hashable, Sendable {
    /// `http` or `https`.
    package let scheme: String
    /// Lower case; an IPv6 address keeps its brackets.
    package let host: String
    package let port: Int
    /// Encoded, begins with `/`.
    package var path: String
    /// Encoded, without its `?`.
    package var query: String?

    package init(scheme: String, host: String, port: Int? = nil, path: String = "/", query: String? = nil) {
        self.scheme = scheme.lowercased()
        self.host = host.lowercased()
        self.port = port ?? Self.defaultPort(of: self.scheme)
        self.path = path.hasPrefix("/") ? path : "/" + path
        self.query = query
    }

    /// Parses `text` and hands its user-info over separately, percent-decoded.
    ///
    /// - Throws: `.badURL` for anything but an absolute `http` or `https` URL; the text is not repeated in the error.
    package static func parse(_ text: String) throws(HTTPError) -> (url: HTTPURL, userInfo: HTTPUserInfo?) {
        // libcurl would read up to a NUL, and what a backslash before the host's end means is read in two ways.
        let end = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        guard !text.utf8.contains(0), !text[end...].prefix(while: { !"/?#".contains($0) }).utf8.contains(0x5C) else {
            throw HTTPError(.badURL, at: nil, "its host is not what it looks like")
        }
        let parts = try HTTPURLParts(text)
        let user = parts.get(CURLUPART_USER, decoded: true)
        let password = parts.get(CURLUPART_PASSWORD, decoded: true)
        let isNamed = user != nil || password != nil
        return (try parts.url(), isNamed ? HTTPUserInfo(user: user ?? "", password: password) : nil)
    }

    /// The resource that `reference`, a `Location` header's value, names from here. User-info in it is dropped.
    package func resolving(_ reference: String) throws(HTTPError) -> HTTPURL {
        let parts = try HTTPURLParts(text)
        try parts.follow(reference, from: self)
        return try parts.url()
    }

    /// What a transfer connects to, whole: never for a message, the query may hold a signature.
    package var text: String {
        authority + path + (query.map { "?" + $0 } ?? "")
    }

    /// Takes the slashes away that its path ends in, but for one that is all of it.
    package mutating func dropTrailingSlashes() {
        let slash = UInt8(ascii: "/")
        let end = path.utf8.lastIndex { $0 != slash }.map { path.utf8.index(after: $0) }
        path = end.map { String(path[..<$0]) } ?? "/"
    }

    /// Scheme, host and port: a credential given for one origin is never sent to another.
    package var origin: Origin { Origin(scheme: scheme, host: host, port: port) }

    package struct Origin: Hashable, Sendable {
        let scheme: String
        let host: String
        let port: Int
    }

    private var authority: String {
        port == Self.defaultPort(of: scheme) ? "\(scheme)://\(host)" : "\(scheme)://\(host):\(port)"
    }

    private static func defaultPort(of scheme: String) -> Int { scheme == "http" ? 80 : 443 }
}

/// For messages: without the query, whose values may be secret.
extension HTTPURL: CustomStringConvertible {
    package var description: String { authority + path }
}

/// The `user:password@` of a URL, decoded. It prints as nothing.
package struct HTTPUserInfo: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package let user: String
    package let password: String?

    package init(user: String, password: String?) {
        self.user = user
        self.password = password
    }

    package var description: String { "<user-info>" }
    package var debugDescription: String { description }
}

/// A `CURLU` handle and the parts in it.
struct HTTPURLParts: ~Copyable {
    private let handle: OpaquePointer

    init(_ text: String, flags: Int = 0) throws(HTTPError) {
        guard let handle = curl_url() else { throw HTTPError(.outOfMemory, at: nil) }
        let code = curl_url_set(handle, CURLUPART_URL, text, UInt32(Int(CURLU_PATH_AS_IS) | flags))
        guard code == CURLUE_OK else {
            curl_url_cleanup(handle)
            throw HTTPError(.badURL, at: nil, String(cString: curl_url_strerror(code)))
        }
        self.handle = handle
    }

    deinit { curl_url_cleanup(handle) }

    func follow(_ reference: String, from url: HTTPURL) throws(HTTPError) {
        let code = curl_url_set(handle, CURLUPART_URL, reference, UInt32(CURLU_URLENCODE))
        guard code == CURLUE_OK else {
            throw HTTPError(.redirectRefused, at: url, "it redirects to no valid address")
        }
    }

    /// - Parameter defaulting: whether a port that is not written is the scheme's own.
    func get(_ part: CURLUPart, decoded: Bool = false, defaulting: Bool = true) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        let flags = part == CURLUPART_PORT && defaulting ? CURLU_DEFAULT_PORT : decoded ? CURLU_URLDECODE : 0
        guard curl_url_get(handle, part, &text, UInt32(flags)) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }

    func url() throws(HTTPError) -> HTTPURL {
        guard let scheme = get(CURLUPART_SCHEME), scheme == "http" || scheme == "https" else {
            throw HTTPError(.badURL, at: nil, "only http and https are spoken here")
        }
        guard let host = get(CURLUPART_HOST), let port = get(CURLUPART_PORT).flatMap({ Int($0) }) else {
            throw HTTPError(.badURL, at: nil, "it names no host")
        }
        let path = get(CURLUPART_PATH) ?? "/"
        let url = HTTPURL(scheme: scheme, host: host, port: port, path: path, query: get(CURLUPART_QUERY))
        // An encoded host is decoded here, and what comes out may be read anew when it is connected to: as another host.
        guard try HTTPURLParts(url.text).get(CURLUPART_HOST)?.lowercased() == url.host else {
            throw HTTPError(.badURL, at: nil, "its host is not what it looks like")
        }
        return url
    }
}
