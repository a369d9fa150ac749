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
    /// - Parameter place: where they are from, as in "the credentials of ..."; nil for the data source's own settings.
    case found(S3Credentials, place: String?)
    /// Why there are none, each a clause in lower case that names the place.
    case absent([String])

    package static func absent(_ clause: String) -> CredentialFinding { .absent([clause]) }

    package var credentials: S3Credentials? {
        if case .found(let credentials, _) = self { credentials } else { nil }
    }

    /// For a person: whose they are, or where they were looked for in vain.
    package var shown: String {
        switch self {
        case .found(_, let place): "the credentials of \(place ?? "the source's settings")"
        case .absent(let clauses): clauses.isEmpty ? "none" : "none: \(clauses.joined(separator: "; "))"
        }
    }
}
