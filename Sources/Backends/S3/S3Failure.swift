internal import Model

/// Why one try of a request to a bucket failed.
enum S3Failure: Retriable {
    case transfer(HTTPError)
    /// - Parameter asker: whom it was asked as.
    case refusal(S3Refusal, at: S3Location, asker: CredentialFinding)
    /// The answer is no page of a listing.
    case page(S3PageFault)
    /// The object came, but not as it was listed.
    case garbled(ResumedDownload.Garbled)
    /// Whoever takes the content wants no more of it.
    case sink(any Error)
    /// There is nobody to ask as.
    case credentials(any Error)

    var retry: RetryAdvice {
        switch self {
        case .transfer(let error): error.retry
        case .refusal(let refusal, _, _): refusal.advice
        case .page(let fault): fault.retry
        case .garbled(let garbled): garbled.isFinal ? .never : .soon
        // Who hands out credentials was asked more than once.
        case .sink, .credentials: .never
        }
    }

    /// What the last failure means for the bucket as a whole.
    func error(_ act: String, _ location: S3Location) -> any Error {
        switch self {
        case .transfer(let error) where error.kind == .cancelled: return CancellationError()
        case .transfer(let error):
            return error.backendError(doing: "\(act) bucket \(location.shown)")
        case .refusal(let refusal, let location, let asker): return refusal.error(act, location, asker)
        case .page(let fault):
            return BackendError(.malformed, "cannot \(act) bucket \(location.shown): \(fault.clause)")
        case .garbled(let garbled):
            return BackendError(
                .malformed, "cannot \(act) bucket \(location.shown): \(garbled.clause)", retry: .later)
        case .sink(let error), .credentials(let error): return error
        }
    }
}
