/// Sends HTTP requests over kept-alive connections, several at once, from one thread of its own.
///
/// Blocking calls stay on that thread, which starts with the first request and ends with the client.
/// A request is sent once: repeating is up to ``Patience``.
package final class HTTPClient: Sendable {
    package typealias Head = @Sendable (HTTPResponse) throws -> Void
    package typealias Receiver = @Sendable (UnsafeRawBufferPointer) throws -> Void

    private let engine: HTTPEngine

    package init(_ settings: HTTPSettings = HTTPSettings()) {
        engine = HTTPEngine(settings)
    }

    deinit { engine.close() }

    /// Sends `request`, follows redirects as far as it allows, and streams the body of a 2xx answer to `receive`.
    ///
    /// - Parameter head: called once for a 2xx answer, before its first piece; throwing refuses the body.
    /// - Parameter receive: called on the client's thread with the pieces in order, never concurrently and never with
    ///   more than 16 KiB; not again once it throws. While it runs, all transfers of this client wait.
    /// - Returns: the answer, whatever its status.
    /// - Throws: `.stoppedByReceiver` with the error of `head` or `receive`; other kinds when no complete answer came.
    ///   Pieces already delivered must be discarded.
    /// - Cancellation: aborts the transfer at once with `.cancelled`.
    package func send(
        _ request: HTTPRequest, head: @escaping Head = { _ in }, receive: @escaping Receiver
    ) async throws(HTTPError) -> HTTPResponse {
        var request = request
        while true {
            let response = try await engine.run(HTTPTransfer(request, head: head, receive: receive))
            do throws(HTTPError) {
                guard let next = try request.redirected(by: response) else { return response }
                request = next
            } catch {
                // The way was free: it is the answer that cannot be followed.
                var error = error
                error.trace = response.trace
                throw error
            }
        }
    }

    /// Sends `request` and holds the whole body of a 2xx answer; that of any other is in its `refusal`.
    ///
    /// - Parameter limit: the longest body in bytes that is taken.
    /// - Throws: `.tooLarge` beyond `limit`, else as `send`.
    package func load(
        _ request: HTTPRequest, limit: Int
    ) async throws(HTTPError) -> (response: HTTPResponse, body: [UInt8]) {
        let body = HTTPBody(limit: limit)
        do throws(HTTPError) {
            let response = try await send(request) { try body.append($0) }
            return (response, body.take())
        } catch {
            guard error.cause is HTTPBody.Overflow else { throw error }
            throw HTTPError(.tooLarge, at: request.url, "more than \(limit) bytes")
        }
    }
}
