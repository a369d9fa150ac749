internal import Model

/// One place that credentials may come from.
package protocol CredentialProvider: Sendable {
    /// Looks there now; what is found may be kept until it expires.
    ///
    /// - Returns: `.absent` when nothing is set up there, which lets the search go on.
    /// - Throws: ``BackendError``, naming the place, when something is set up there and does not work: the search
    ///   ends, for asking as somebody else would only hide it. `CancellationError`.
    func fetch() async throws -> CredentialFinding
}

/// What a provider has.
package enum CredentialFinding: Sendable, Equatable {
    case found(S3Credentials)
    /// Why there are none, each a clause in lower case that names the place.
    case absent([String])

    package static func absent(_ clause: String) -> CredentialFinding { .absent([clause]) }

    package var credentials: S3Credentials? {
        if case .found(let credentials) = self { credentials } else { nil }
    }
}

/// The credentials that a data source's own parameters hold.
package struct FixedCredentials: CredentialProvider {
    private let credentials: S3Credentials

    package init(_ credentials: S3Credentials) { self.credentials = credentials }

    package func fetch() async throws -> CredentialFinding { .found(credentials) }
}

/// Looks in one place after the other, until there is something.
package struct CredentialChain: CredentialProvider {
    private let providers: [any CredentialProvider]

    package init(_ providers: [any CredentialProvider]) { self.providers = providers }

    package func fetch() async throws -> CredentialFinding {
        var clauses: [String] = []
        for provider in providers {
            switch try await provider.fetch() {
            case .found(let credentials): return .found(credentials)
            case .absent(let more): clauses += more
            }
        }
        return .absent(clauses)
    }
}
