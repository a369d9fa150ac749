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

    init(_ error: HTTPError, doing: String) {
        if let cause = error.cause as? GitFailure {
            self = cause
        } else {
            self.init(error.backendError(doing: doing), retry: error.retry)
        }
    }
}
