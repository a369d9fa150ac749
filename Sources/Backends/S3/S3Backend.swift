package import Model

/// A folder of a bucket on Amazon S3, or on a server that speaks S3.
package struct S3Backend: Backend {
    let requests: S3Requests
    let client: HTTPClient
    var retry: S3Retry

    /// - Parameter credentials: nil to ask as nobody.
    /// - Parameter now: the moment of a signature; S3 refuses one that is 15 minutes off.
    package init(
        _ location: S3Location, credentials: S3Credentials?, http: HTTPSettings = HTTPSettings(),
        retry: RetryPolicy = RetryPolicy(), now: @escaping @Sendable () -> Timestamp = SystemTime.now
    ) {
        requests = S3Requests(location: location, credentials: credentials, now: now)
        client = HTTPClient(http)
        self.retry = S3Retry(policy: retry)
    }

    /// S3 has no identity of a bucket's content as a whole, and so nothing is asked.
    package func currentRevision() async throws -> Revision? { nil }

    package func snapshot(_ selection: FileSelection) async throws -> any Snapshot {
        let ignoreFile = S3IgnoreFile(requests: requests, client: client, retry: retry)
        return S3Snapshot(
            requests: requests, client: client, retry: retry, selection: try await ignoreFile.obeyed(by: selection))
    }
}

/// How requests to a bucket are repeated: the policy with the real clock and real chance.
struct S3Retry: Sendable {
    let policy: RetryPolicy

    func run<Value: Sendable>(
        _ body: @Sendable () async throws(S3Failure) -> Value
    ) async throws(S3Failure) -> Value {
        try await policy.run(clock: ContinuousClock(), random: { Double.random(in: 0...1) }) {
            (_) async throws(S3Failure) -> Value in try await body()
        }
    }
}
