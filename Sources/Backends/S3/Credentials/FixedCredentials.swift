/// The credentials that a data source's own parameters hold.
package struct FixedCredentials: CredentialProvider {
    private let credentials: S3Credentials

    package init(_ credentials: S3Credentials) { self.credentials = credentials }

    package func fetch() async throws -> CredentialFinding { .found(credentials, place: nil) }
}
