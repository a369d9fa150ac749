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

extension S3Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<credentials>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
