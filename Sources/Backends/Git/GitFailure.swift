internal import Model

/// A ``BackendError`` on its way out, with what the server said about trying again.
struct GitFailure: Retriable {
    let error: BackendError
    let retry: RetryAdvice

    init(_ error: BackendError, retry: RetryAdvice = .never) {
        self.error = error
        self.retry = retry
    }

    init(_ cause: BackendError.Cause, _ reason: String, advice: String? = nil) {
        self.init(BackendError(cause, reason, advice: advice))
    }

    /// An answer whose status means nothing to the protocol.
    init(unexpected response: HTTPResponse, doing: String) {
        let again = response.retry
        let error = BackendError(
            again == .never ? .malformed : .unavailable,
            "cannot \(doing): \"\(response.url)\" answered \(response.status)", advice: again.adviceForPerson,
            retry: again == .never ? .never : .later)
        self.init(error, retry: again)
    }

    init(_ error: HTTPError, doing: String) {
        if let cause = error.cause as? GitFailure {
            self = cause
        } else {
            self.init(error.backendError(doing: doing), retry: error.retry)
        }
    }
}
