internal import Model

/// Why one try of a request to a bucket failed.
enum S3Failure: Retriable {
    case transfer(HTTPError)
    case refusal(S3Refusal)
    /// The object came, but not as it was listed.
    case garbled(String)
    /// Whoever takes the content wants no more of it.
    case sink(any Error)

    var retry: RetryAdvice {
        switch self {
        case .transfer(let error): error.retry
        case .refusal(let refusal): refusal.advice
        case .garbled: .soon
        case .sink: .never
        }
    }

    /// What the last failure means for the bucket as a whole.
    func error(_ act: String, _ location: S3Location, isAnonymous: Bool) -> any Error {
        switch self {
        case .transfer(let error) where error.kind == .cancelled: return CancellationError()
        case .transfer(let error):
            return error.backendError(doing: "\(act) bucket \(location.shown)")
        case .refusal(let refusal): return refusal.error(act, location, isAnonymous: isAnonymous)
        case .garbled(let clause):
            return BackendError(.malformed, "cannot \(act) bucket \(location.shown): \(clause)", retry: .later)
        case .sink(let error): return error
        }
    }
}
