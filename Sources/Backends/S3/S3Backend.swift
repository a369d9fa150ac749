package import Model

/// A folder of a bucket on Amazon S3, or on a server that speaks S3.
package struct S3Backend: Backend {
    /// Of all S3 sources in this process, so that those at one endpoint share connections.
    private static let clients = HTTPClients()

    let client: HTTPClient
    private let exchange: S3Exchange
    private let order: ListingOrder
    /// The same with another patience.
    private let remake: @Sendable (RetryPolicy) -> S3Backend

    /// - Parameter supply: of credentials; nil to ask as nobody.
    /// - Parameter regionHint: asked once when the location does not tell the bucket's region; may read files.
    /// - Parameter now: the moment of a signature; S3 refuses one that is 15 minutes off.
    package init(
        _ location: S3Location, supply: CredentialSupply?, extras: S3Extras = S3Extras(),
        http: HTTPSettings = HTTPSettings(), retry: RetryPolicy = RetryPolicy(),
        regionHint: @escaping @Sendable () -> String? = { nil },
        now: @escaping @Sendable () -> Timestamp = SystemTime.now
    ) {
        client = Self.clients.client(
            for: HTTPURL(scheme: location.scheme, host: location.host, port: location.port).origin, http)
        let usual = S3Exchange(
            location, credentials: supply, extras: extras, client: client,
            patience: Patience(retry, limit: http.totalTimeout),
            regionHint: regionHint, now: now)
        exchange = location.isDirectory && supply != nil ? usual.inSession() : usual
        order = ListingOrder(isKnownToBreak: location.isDirectory)
        remake = { retry in
            S3Backend(
                location, supply: supply, extras: extras, http: http, retry: retry, regionHint: regionHint, now: now)
        }
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

    /// Where the bucket is, as far as is known by now.
    var location: S3Location { exchange.location }

    /// Whom the bucket is asked as: looks for credentials, and fetches them where they have to be fetched.
    ///
    /// - Throws: ``BackendError``, whose cause is about who hands out credentials and not about the bucket's server.
    func asker() async throws -> CredentialFinding { try await exchange.asker() }

    /// The same backend with another patience.
    func retrying(_ policy: RetryPolicy) -> S3Backend { remake(policy) }

    /// S3 has no identity of a bucket's content as a whole, and so nothing is asked.
    package func currentRevision() async throws -> Revision? { nil }

    package func snapshot(_ selection: FileSelection) async throws -> any Snapshot {
        let selection = try await S3IgnoreFile(exchange: exchange).obeyed(by: selection)
        return S3Snapshot(exchange: exchange, order: order, selection: selection)
    }
}
