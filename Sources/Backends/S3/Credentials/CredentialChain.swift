/// Looks in one place after the other, until there is something.
package struct CredentialChain: CredentialProvider {
    private let providers: [any CredentialProvider]

    package init(_ providers: [any CredentialProvider]) { self.providers = providers }

    package func fetch() async throws -> CredentialFinding {
        var clauses: [String] = []
        for provider in providers {
            let finding = try await provider.fetch()
            guard case .absent(let more) = finding else { return finding }
            clauses += more
        }
        return .absent(clauses)
    }
}
