internal import Model

/// The keys that a profile has in one of the shared files.
package struct ProfileKeys: CredentialProvider {
    private let profile: [String: String]?
    /// Names the profile and the file.
    private let shown: String

    /// - Parameter profile: nil when the file does not have it.
    package init(_ profile: [String: String]?, shown: String) {
        self.profile = profile
        self.shown = shown
    }

    package func fetch() async throws -> CredentialFinding {
        guard let profile, let accessKey = profile["aws_access_key_id"] else { return .absent("no keys in \(shown)") }
        guard let secretKey = profile["aws_secret_access_key"] else {
            throw BackendError(
                .credentials, "\(shown) has aws_access_key_id and no aws_secret_access_key",
                advice: "add the secret, or remove the key")
        }
        return .found(
            S3Credentials(
                accessKey: accessKey, secretKey: secretKey,
                sessionToken: (profile["aws_session_token"] ?? profile["aws_security_token"]).flatMap {
                    $0.isEmpty ? nil : $0
                }), place: shown)
    }
}
