/// One request, ready to be sent any number of times.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        /// Without a body.
        case put = "PUT"
    }

    package var method: Method
    package var url: HTTPURL
    package var headers: HTTPHeaders
    /// Sent with POST only.
    package var body: [UInt8]
    /// Sent to the origin of `url` and to no other.
    package var credential: HTTPCredential?
    package var redirects: Redirects
    /// Makes a connection of its own, and has the answer tell how that went.
    package var isExamined = false
    /// Uses no connection that is there already: libcurl sends a request again by itself, over the next one, when such a
    /// connection turns out to be dead.
    package var isOnNewConnection = false

    /// What happens to an answer that points elsewhere.
    ///
    /// Only GET and HEAD are ever repeated elsewhere: a POST that is redirected is handed back, for the caller knows
    /// what repeating it means.
    package enum Redirects: Sendable, Equatable {
        case handedBack
        case followed(atMost: Int)
    }

    package init(
        _ method: Method = .get, _ url: HTTPURL, headers: HTTPHeaders = [:], body: [UInt8] = [],
        credential: HTTPCredential? = nil, redirects: Redirects = .handedBack
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.credential = credential
        self.redirects = redirects
    }

    /// The request that `response` redirects this one to, or nil when it is an answer.
    ///
    /// At another origin neither the credential nor any header goes along that is not known to be harmless.
    /// - Throws: `.redirectRefused` for a target that is no address, or that would leave https for http;
    ///   `.tooManyRedirects` when the limit is used up.
    func redirected(by response: HTTPResponse) throws(HTTPError) -> HTTPRequest? {
        guard case .followed(let left) = redirects, method == .get || method == .head,
            [301, 302, 303, 307, 308].contains(response.status), let location = response.headers["location"]
        else { return nil }
        guard left > 0 else { throw HTTPError(.tooManyRedirects, at: url) }
        var next = self
        next.redirects = .followed(atMost: left - 1)
        next.url = try url.resolving(location)
        if url.scheme == "https", next.url.scheme == "http" {
            throw HTTPError(.redirectRefused, at: url, "it leads from https to http")
        }
        if next.url.origin != url.origin {
            next.credential = nil
            next.headers = headers.filter { Self.harmless.contains($0) }
        }
        return next
    }

    private static let harmless: Set<String> = ["accept", "accept-encoding", "git-protocol", "range", "user-agent"]
}

/// Who the client says it is. It prints as nothing.
package enum HTTPCredential: Sendable, Hashable {
    case basic(user: String, password: String)
    case bearer(String)
}

extension HTTPCredential: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "<credential>" }
    package var debugDescription: String { description }
}
