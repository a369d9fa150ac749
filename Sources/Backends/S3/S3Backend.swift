package import Model

/// A folder of a bucket on Amazon S3, or on a server that speaks S3.
package struct S3Backend: Backend {
    private let exchange: S3Exchange
    private let order: ListingOrder

    /// - Parameter credentials: nil to ask as nobody.
    /// - Parameter regionHint: asked once when the location does not tell the bucket's region; may read files.
    /// - Parameter now: the moment of a signature; S3 refuses one that is 15 minutes off.
    package init(
        _ location: S3Location, supply: CredentialSupply?, extras: S3Extras = S3Extras(),
        http: HTTPSettings = HTTPSettings(), retry: RetryPolicy = RetryPolicy(),
        regionHint: @escaping @Sendable () -> String? = { nil },
        now: @escaping @Sendable () -> Timestamp = SystemTime.now
    ) {
        let client = HTTPClient(http)
        let retry = S3Retry(policy: retry)
        let usual = S3Exchange(
            location, credentials: supply, extras: extras, client: client, retry: retry, regionHint: regionHint,
            now: now)
        if location.isDirectory, supply != nil {
            let session = DirectorySession {
                do throws(S3Failure) {
                    return try await usual.load(.session, limit: 64 << 10)
                } catch {
                    throw error.error("open a session with", location)
                }
            }
            exchange = S3Exchange(
                location, credentials: CredentialSupply(session, now: now), extras: extras, client: client,
                retry: retry, tokenHeader: "x-amz-s3session-token", regionHint: regionHint, now: now)
        } else {
            exchange = usual
        }
        order = ListingOrder(isKnownToBreak: location.isDirectory)
    }

    /// With credentials that are what they are.
    package init(
        _ location: S3Location, credentials: S3Credentials?, extras: S3Extras = S3Extras(),
        http: HTTPSettings = HTTPSettings(), retry: RetryPolicy = RetryPolicy(),
        now: @escaping @Sendable () -> Timestamp = SystemTime.now
    ) {
        self.init(
            location, supply: credentials.map { CredentialSupply(FixedCredentials($0), now: now) }, extras: extras,
            http: http, retry: retry, now: now)
    }

    /// S3 has no identity of a bucket's content as a whole, and so nothing is asked.
    package func currentRevision() async throws -> Revision? { nil }

    package func snapshot(_ selection: FileSelection) async throws -> any Snapshot {
        S3Snapshot(exchange: exchange, order: order, selection: selection)
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
