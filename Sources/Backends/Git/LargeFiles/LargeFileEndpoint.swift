internal import Model

/// Where the batch API is asked, and with which headers.
struct LargeFileEndpoint: Sendable {
    let url: HTTPURL
    var headers: HTTPHeaders = [:]
    var expires: Timestamp?

    /// The place that belongs to a repository served over HTTP.
    /// - Source: git-lfs, docs/api/server-discovery.md: `.git` is added where it is missing.
    init(ofRepository url: HTTPURL) {
        var url = url
        url.dropTrailingSlashes()
        url.path += url.path.hasSuffix(".git") ? "/info/lfs" : ".git/info/lfs"
        url.query = nil
        self.url = url
    }

    init(_ url: HTTPURL) {
        var url = url
        url.dropTrailingSlashes()
        self.url = url
    }

    /// Reads what `git-lfs-authenticate PATH download` prints on an SSH server; nil when it is something else.
    /// - Source: git-lfs, docs/api/server-discovery.md, "SSH".
    init?(authenticated output: [UInt8], now: Timestamp) {
        guard case .object(let answer)? = try? JSONParser.parse(output), case .string(let href)? = answer["href"],
            let url = try? HTTPURL.parse(href).url
        else { return nil }
        self.init(url)
        headers = Self.headers(answer["header"])
        expires = Self.end(answer, now: now)
    }

    var batch: HTTPURL {
        var batch = url
        batch.path += "/objects/batch"
        return batch
    }

    /// Those that a server may ask for: none that decide how the request itself is framed or routed.
    static func headers(_ value: JSONValue?) -> HTTPHeaders {
        guard case .object(let members)? = value else { return [:] }
        var headers = HTTPHeaders()
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard case .string(let text) = value, !framing.contains(name.lowercased()), !name.isEmpty,
                name.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ":") })
            else { continue }
            headers.append(name, text)
        }
        return headers
    }

    private static let framing: Set<String> = [
        "host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade", "range", "expect",
        "accept-encoding", "proxy-authorization", "proxy-connection",
    ]

    /// `expires_in` seconds from now, else `expires_at`; nil when it does not end.
    static func end(_ members: [String: JSONValue], now: Timestamp) -> Timestamp? {
        if case .number(let text)? = members["expires_in"], let seconds = Int64(text), seconds != 0 {
            return now.advanced(by: .seconds(max(-1, min(seconds, 1 << 31))))
        }
        guard case .string(let text)? = members["expires_at"], let end = Timestamp(iso8601: text) else { return nil }
        // Year 1 is how some servers write that there is no end.
        return end.microseconds > 0 ? end : nil
    }
}
