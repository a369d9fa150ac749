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
        let place = "role \"\(EscapedName(role.arn))\""
        switch try await service.assume(role, as: first) {
        case .given(let credentials): return .found(credentials, place: place)
        case .expired(let error):
            let second = try credentials(try await base.current(otherThan: first))
            guard second != first, case .given(let credentials) = try await service.assume(role, as: second) else {
                throw error
            }
            return .found(credentials, place: place)
        }
    }

    /// A role that is asked for is never left out because nobody is there to assume it.
    private func credentials(_ finding: CredentialFinding) throws(BackendError) -> S3Credentials {
        switch finding {
        case .found(let credentials, _): return credentials
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
