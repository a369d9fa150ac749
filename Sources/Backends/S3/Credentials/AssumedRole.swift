internal import Model

/// The keys of a role, for whoever the base credentials belong to.
package struct AssumedRole: CredentialProvider {
    private let role: RoleSettings
    private let base: CredentialSupply
    private let service: SecurityTokenService

    package init(_ role: RoleSettings, base: CredentialSupply, service: SecurityTokenService) {
        self.role = role
        self.base = base
        self.service = service
    }

    package func fetch() async throws -> CredentialFinding {
        let first = try credentials(try await base.current())
        switch try await service.assume(role, as: first) {
        case .given(let credentials): return .found(credentials)
        case .expired(let error):
            let second = try credentials(try await base.current(otherThan: first))
            guard second != first, case .given(let credentials) = try await service.assume(role, as: second) else {
                throw error
            }
            return .found(credentials)
        }
    }

    /// A role that is asked for is never left out because nobody is there to assume it.
    private func credentials(_ finding: CredentialFinding) throws(BackendError) -> S3Credentials {
        switch finding {
        case .found(let credentials): return credentials
        case .absent(let clauses):
            throw BackendError(
                .credentials,
                "cannot assume role \"\(EscapedName(role.arn))\": no credentials were found to assume it with "
                    + "(\(clauses.joined(separator: "; ")))",
                advice: "set \"aws_access_key_id\" and \"aws_secret_access_key\", or provide credentials in one of "
                    + "these places")
        }
    }
}

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
        return .found(try await service.assume(role, withWebIdentity: token))
    }
}
