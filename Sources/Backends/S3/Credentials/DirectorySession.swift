internal import Model

/// The keys of a session with a directory bucket, which lasts five minutes.
///
/// - Source: S3 CreateSession; the session's token goes into a header of its own, `x-amz-s3session-token`.
struct DirectorySession: CredentialProvider {
    private let open: @Sendable () async throws -> [UInt8]

    /// - Parameter open: asks the bucket for a session, and gives the answer's body.
    init(open: @escaping @Sendable () async throws -> [UInt8]) { self.open = open }

    func fetch() async throws -> CredentialFinding {
        var fields: [String: String] = [:]
        let root = S3Document(body: try await open()).read { element in
            guard let name = element.path.last, element.path.dropLast().last == "Credentials" else { return }
            fields[name] = element.text
        }
        guard root != nil, let accessKey = fields["AccessKeyId"], let secretKey = fields["SecretAccessKey"],
            let token = fields["SessionToken"],
            let expiration = fields["Expiration"].flatMap({ Timestamp(iso8601: $0) })
        else {
            throw BackendError(
                .malformed, "cannot open a session with the directory bucket: the answer has no credentials",
                advice: "check that the endpoint is the one of the bucket's zone")
        }
        return .found(
            S3Credentials(accessKey: accessKey, secretKey: secretKey, sessionToken: token, expiration: expiration),
            place: "a session with the directory bucket")
    }
}
