internal import Model

/// What the server answered, its body apart.
package struct HTTPResponse: Sendable {
    package let status: Int
    package var headers: HTTPHeaders
    /// Where the answer came from, redirects followed.
    package let url: HTTPURL
    /// The first 64 KiB of the body when the status is not 2xx: such a body explains a refusal and is no content.
    package var refusal: [UInt8] = []
    /// How many bytes of body crossed the network.
    package var bodySizeInBytes: Int64 = 0
    /// How the request got there, if it was to be examined.
    package var trace: HTTPTrace?

    package var isSuccess: Bool { (200..<300).contains(status) }

    /// Whether the same request is worth repeating, by status and `Retry-After`.
    /// - Source: RFC 9110, 10.2.3 and 15.6; RFC 6585, 4.
    package var retry: RetryAdvice {
        switch status {
        case 429, 503: .slower(after: retryAfter)
        case 408, 500, 502, 504: .later(after: retryAfter)
        default: .never
        }
    }

    /// The pause that the server asks for: in seconds, or as a date by its own clock, or by ours if it does not tell.
    package var retryAfter: Duration? {
        guard let text = headers["retry-after"] else { return nil }
        if let seconds = Int(text) { return seconds >= 0 ? .seconds(min(seconds, 86_400)) : nil }
        guard let date = Timestamp(httpDate: text) else { return nil }
        return max(.zero, date.since(headers["date"].flatMap(Timestamp.init(httpDate:)) ?? SystemTime.now()))
    }
}
