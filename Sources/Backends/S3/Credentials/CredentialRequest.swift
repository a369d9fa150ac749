internal import Model

/// A request to a service that hands out credentials, repeated while a moment may spoil it.
struct CredentialRequest: Sendable {
    /// What failed, as in `cannot DOING: ...`.
    let doing: String
    let http: HTTPSettings
    var attempts = 3
    /// How often a service that is there, and cannot answer now, is asked; nil for `attempts`.
    var patientAttempts: Int?
    /// Whether an answer that is no success is worth another try.
    var advice: @Sendable (HTTPResponse) -> RetryAdvice = { $0.retry }

    /// Why one try failed.
    enum Failure: Retriable {
        case transfer(HTTPError)
        /// An answer that is no success.
        case answer(HTTPResponse, RetryAdvice)

        var retry: RetryAdvice {
            switch self {
            case .transfer(let error): error.retry
            case .answer(_, let advice): advice
            }
        }
    }

    /// - Parameter make: makes the request of each try, for a signature ages.
    func load(_ make: @Sendable () -> HTTPRequest) async throws(Failure) -> [UInt8] {
        let client = HTTPClient(http)
        let policy = RetryPolicy(
            attempts: attempts, patientAttempts: patientAttempts ?? attempts, firstPause: .milliseconds(200),
            longestPause: .seconds(5), longestAsked: .seconds(30))
        return try await Patience(policy, limit: http.totalTimeout).run { (_) async throws(Failure) -> [UInt8] in
            let response: HTTPResponse
            let body: [UInt8]
            do throws(HTTPError) {
                (response, body) = try await client.load(make(), limit: 256 << 10)
            } catch {
                throw .transfer(error)
            }
            guard response.isSuccess else { throw .answer(response, advice(response)) }
            return body
        }
    }

    /// The failure of the last try as an error that ends the search.
    func error(_ failure: Failure, advice: String?) -> any Error {
        switch failure {
        case .transfer(let error) where error.kind == .cancelled: return CancellationError()
        case .transfer(let error): return error.backendError(doing: doing)
        case .answer(let response, _):
            let isBusy = response.status >= 500 || response.status == 429
            return BackendError(
                isBusy ? .unavailable : .credentials, "cannot \(doing): \"\(response.url)\" answers \(response.status)",
                advice: isBusy ? response.retry.adviceForPerson ?? advice : advice, retry: isBusy ? .soon : .never)
        }
    }
}
