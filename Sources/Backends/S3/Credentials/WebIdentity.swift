internal import Model

/// The keys of a role, for whoever holds a token in a file, as Kubernetes gives one to a pod.
package struct WebIdentity: CredentialProvider {
    private let role: RoleSettings
    private let tokenPath: String
    private let service: SecurityTokenService

    package init(_ role: RoleSettings, tokenPath: String, service: SecurityTokenService) {
        self.role = role
        self.tokenPath = tokenPath
        self.service = service
    }

    package func fetch() async throws -> CredentialFinding {
        // Read each time: whoever wrote it renews it.
        let token = SmallFile.text(tokenPath).map { text in String(text.filter { !$0.isWhitespace }) } ?? ""
        guard !token.isEmpty else {
            throw BackendError(
                .credentials,
                "cannot assume role \"\(EscapedName(role.arn))\": no token can be read from \(tokenPath)",
                advice: "check AWS_WEB_IDENTITY_TOKEN_FILE, or \"web_identity_token_file\" of the profile")
        }
        return .found(
            try await service.assume(role, withWebIdentity: token), place: "role \"\(EscapedName(role.arn))\"")
    }
}
