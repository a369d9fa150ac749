internal import Model

extension Connection {
    /// Seals the secrets that the first version kept in the clear, and sees to it that nothing is left of them.
    ///
    /// The version had these settings and no others that are secret. What it deleted it left in the file, so a file
    /// that held sources is scrubbed even if they have no secret now.
    func sealWhatVersion1Kept(_ keys: KeyPlace) throws {
        let sources = try all(SecretSQL.version1Secrets) { columns in
            (
                id: try columns.next(as: SourceID.self), name: try columns.next(as: SourceName.self),
                url: SourceURL(try columns.next()), parameters: try columns.next(as: JSONValue.self)
            )
        }
        guard !sources.isEmpty else { return }
        let sealer = Sealer(keys) { false }
        for source in sources {
            let settings = DataSourceSettings(
                name: source.name, type: "", sourceURL: source.url,
                parameters: try StoredParameters.values(of: source.parameters).reduce(into: [:]) { values, member in
                    let (name, value) = member
                    if case .literal(let text) = value, Self.version1Secrets.contains(name) {
                        values[name] = .secret(text)
                    } else {
                        values[name] = value
                    }
                })
            try keepSecrets(of: try sealer.seal(settings, of: source.id, over: nil), source.id)
        }
        try run(SecretSQL.noteScrubDue)
    }

    private static let version1Secrets: Set = ["password", "aws_secret_access_key", "aws_session_token"]
}
