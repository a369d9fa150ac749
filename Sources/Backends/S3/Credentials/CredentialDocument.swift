internal import Model

/// The JSON in which metadata services and programs hand out credentials.
///
/// - Source: AWS SDKs and Tools Reference Guide, "Container credential provider" and "Process credential provider";
///   Amazon EC2 User Guide, "Retrieve security credentials".
struct CredentialDocument {
    let members: [String: JSONValue]

    /// Nil for what is no JSON object.
    init?(_ body: some Collection<UInt8>) {
        // Where it is wrong helps nobody who cannot see the document.
        guard case .object(let members)? = try? JSONParser.parse(body) else { return nil }
        self.members = members
    }

    func text(_ name: String) -> String? {
        guard case .string(let text)? = members[name], !text.isEmpty else { return nil }
        return text
    }

    /// - Parameter token: the member that holds the session token.
    /// - Returns: nil when keys are missing, or the expiration is no moment.
    func credentials(token: String) -> S3Credentials? {
        guard let accessKey = text("AccessKeyId"), let secretKey = text("SecretAccessKey") else { return nil }
        let moment = text("Expiration")
        let expiration = moment.flatMap { Timestamp(iso8601: $0) }
        guard moment == nil || expiration != nil else { return nil }
        return S3Credentials(
            accessKey: accessKey, secretKey: secretKey, sessionToken: text(token), expiration: expiration)
    }
}
