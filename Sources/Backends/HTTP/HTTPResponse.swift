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

    /// Whether the same request is worth repeating, by status and `Retry-After` (seconds; a date counts as soon).
    /// - Source: RFC 9110, 10.2.3 and 15.6; RFC 6585, 4.
    package var retry: RetryAdvice {
        guard [408, 429, 500, 502, 503, 504].contains(status) else { return .never }
        guard let seconds = headers["retry-after"].flatMap({ Int($0) }), seconds >= 0 else { return .soon }
        return .after(.seconds(min(seconds, 86_400)))
    }
}
