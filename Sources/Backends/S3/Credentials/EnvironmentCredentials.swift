internal import Model

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
package struct EnvironmentCredentials: CredentialProvider {
    private let environment: [String: String]

    package init(_ environment: [String: String]) { self.environment = environment }

    package func fetch() async throws -> CredentialFinding {
        let accessKey = environment.setting("AWS_ACCESS_KEY_ID")
        let secretKey = environment.setting("AWS_SECRET_ACCESS_KEY")
        switch (accessKey, secretKey) {
        case (nil, nil), (nil, _?): return .absent("no AWS_ACCESS_KEY_ID in the environment")
        case (_?, nil):
            throw BackendError(
                .credentials, "the environment has AWS_ACCESS_KEY_ID and no AWS_SECRET_ACCESS_KEY",
                advice: "set both, or neither")
        case (let accessKey?, let secretKey?):
            return .found(
                S3Credentials(
                    accessKey: accessKey, secretKey: secretKey,
                    sessionToken: environment.setting("AWS_SESSION_TOKEN")
                        ?? environment.setting("AWS_SECURITY_TOKEN"),
                    expiration: environment.setting("AWS_CREDENTIAL_EXPIRATION").flatMap { Timestamp(iso8601: $0) }),
                place: "the environment (AWS_ACCESS_KEY_ID)")
        }
    }
}

extension [String: String] {
    /// The value of an environment variable; nil also for an empty one, as AWS's tools have it.
    func setting(_ name: String) -> String? {
        self[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
