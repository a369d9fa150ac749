internal import Model

/// The keys of a session with a directory bucket, which lasts five minutes.
///
/// - Source: S3 CreateSession; the session's token goes into a header of its own, `x-amz-s3session-token`.
struct DirectorySession: CredentialProvider {
    private let open: @Sendable () async throws -> [UInt8]

    /// - Parameter open: asks the bucket for a session, and gives the answer's body.
    init(open: @escaping @Sendable () async throws -> [UInt8]) { self.open = open }

    func fetch() async throws -> CredentialFinding {
        guard let credentials = S3Credentials(document: try await open()) else {
            throw BackendError(
                .malformed, "cannot open a session with the directory bucket: the answer has no credentials",
                advice: "check that the endpoint is the one of the bucket's zone")
        }
        return .found(credentials, place: "a session with the directory bucket")
    }
}
