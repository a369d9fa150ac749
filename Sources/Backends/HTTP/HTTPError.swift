/// Why an HTTP transfer brought no answer, and whether trying again can help.
///
/// An answer with an unwelcome status is no error here: its meaning belongs to the protocol above.
package struct HTTPError: Error, Sendable {
    package enum Kind: Sendable, Equatable {
        case badURL, badRequest
        case cannotResolve, cannotConnect, connectTimedOut
        case tls(TLSFault)
        /// The proxy's URL makes no sense.
        case badProxy
        case proxy(ProxyFault)
        case timedOut, stalled, connectionLost, truncated
        /// The answer is no HTTP.
        case notHTTP
        /// The body is longer than the caller's limit.
        case tooLarge
        case tooManyRedirects, redirectRefused
        /// The caller's own closure threw; `cause` is its error.
        case stoppedByReceiver
        case cancelled
        case outOfMemory
        case shortage(SystemShortage)
    }

    package let kind: Kind
    /// Without user-info and query; empty when the URL could not be parsed.
    package let url: String
    /// What the library below said, or empty. Holds no secret.
    package let detail: String
    /// The error that the caller's closure threw, for `.stoppedByReceiver`.
    package let cause: (any Error)?
    /// How far the request got; nil when it was not sent.
    package var trace: HTTPTrace?

    package init(_ kind: Kind, at url: HTTPURL?, _ detail: String = "", cause: (any Error)? = nil) {
        self.kind = kind
        self.url = url.map(\.description) ?? ""
        self.detail = detail
        self.cause = cause
    }
}

extension HTTPError: Retriable {
    package var retry: RetryAdvice {
        switch kind {
        case .cannotResolve, .cannotConnect, .connectTimedOut, .timedOut, .stalled, .connectionLost, .truncated: .soon
        case .proxy(let fault): fault.isPassing ? .soon : .never
        // Such as a server that goes down in the middle of the handshake.
        case .tls(.other): .soon
        case .badURL, .badRequest, .badProxy, .tls, .notHTTP, .tooLarge, .tooManyRedirects, .redirectRefused,
            .stoppedByReceiver, .cancelled, .outOfMemory, .shortage:
            .never
        }
    }
}

extension HTTPError: CustomStringConvertible {
    package var description: String {
        let place = url.isEmpty ? "the URL" : "\"\(url)\""
        let reason = detail.isEmpty ? "" : " (\(detail))"
        return switch kind {
        case .badURL: "\(place) is not an http or https address\(reason)"
        case .badRequest: "the request to \(place) is not one\(reason)"
        case .cannotResolve: "the host of \(place) has no address\(reason)"
        case .cannotConnect: "no connection to \(place)\(reason)"
        case .connectTimedOut: "connecting to \(place) took too long\(reason)"
        case .tls(let fault): "no trusted TLS connection to \(place): \(fault.clause)\(reason)"
        case .badProxy: "the proxy for \(place) cannot be used\(reason)"
        case .proxy(let fault): "no connection to \(place): \(fault.clause)\(reason)"
        case .timedOut: "\(place) did not answer completely in time\(reason)"
        case .stalled: "\(place) stopped sending\(reason)"
        case .connectionLost: "the connection to \(place) broke\(reason)"
        case .truncated: "\(place) sent less than it announced\(reason)"
        case .notHTTP: "\(place) does not speak HTTP\(reason)"
        case .tooLarge: "\(place) sent more than allowed\(reason)"
        case .tooManyRedirects: "\(place) redirects without end\(reason)"
        case .redirectRefused: "a redirect of \(place) is not followed\(reason)"
        case .stoppedByReceiver: cause.map { "\($0)" } ?? "what \(place) sent was refused"
        case .cancelled: "the transfer from \(place) was cancelled"
        case .outOfMemory: "no memory for the transfer from \(place)"
        case .shortage(let shortage): "no connection to \(place) could be made: \(shortage.clause)"
        }
    }
}
