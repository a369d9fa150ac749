/// An access key with its secret, for good or, with a session token, for a while. It prints as nothing.
package struct S3Credentials: Sendable {
    package let accessKey: String
    package let secretKey: String
    package let sessionToken: String?

    package init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
    }
}

extension S3Credentials: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "<credentials>" }
    package var debugDescription: String { description }
}
