import Testing

@testable import Backends

/// The pause that a server asks for.
@Suite struct RetryAfterTests {
    private func pause(_ headers: HTTPHeaders) -> Duration? {
        HTTPResponse(status: 503, headers: headers, url: HTTPURL(scheme: "http", host: "h")).retryAfter
    }

    @Test func `a date is told by the server's clock, and by ours when it does not tell`() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT"
        #expect(pause(["retry-after": "7"]) == .seconds(7))
        #expect(pause(["retry-after": date, "date": "Sun, 06 Nov 1994 08:49:30 GMT"]) == .seconds(7))
        #expect(pause(["retry-after": "Sun, 06 Nov 2994 08:49:37 GMT"]).map { $0 > .seconds(86_400) } == true)
        #expect(pause(["retry-after": date]) == .zero)
        #expect(pause(["retry-after": "-1"]) == nil)
        #expect(pause(["retry-after": "soon"]) == nil)
    }
}
