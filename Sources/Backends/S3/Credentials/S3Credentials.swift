package import Model

/// An access key with its secret, for good or, with a session token, for a while. It prints as nothing.
package struct S3Credentials: Sendable, Equatable {
    package let accessKey: String
    package let secretKey: String
    package let sessionToken: String?
    /// When the server stops to accept them; nil for never, or when nobody said.
    package let expiration: Timestamp?

    package init(
        accessKey: String, secretKey: String, sessionToken: String? = nil, expiration: Timestamp? = nil
    ) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }
}

extension S3Credentials {
    /// Reads the element `Credentials` of an XML answer, wherever in it that is.
    ///
    /// - Returns: nil unless keys, token and expiration are all there.
    /// - Source: AWS STS API Reference, "Credentials"; S3 CreateSession, response syntax.
    init?(document body: [UInt8]) {
        var fields: [String: String] = [:]
        let root = S3Document(body: body).read { element in
            guard let name = element.path.last, element.path.dropLast().last == "Credentials" else { return }
            fields[name] = element.text
        }
        guard root != nil, let accessKey = fields["AccessKeyId"], let secretKey = fields["SecretAccessKey"],
            let token = fields["SessionToken"],
            let expiration = fields["Expiration"].flatMap({ Timestamp(iso8601: $0) })
        else { return nil }
        self.init(accessKey: accessKey, secretKey: secretKey, sessionToken: token, expiration: expiration)
    }
}

extension S3Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<credentials>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
