private import Crypto
internal import Foundation

/// A key of the customer's own that objects are encrypted with: 32 bytes, for AES-256. It prints as nothing.
///
/// - Source: Amazon S3 User Guide, "Using server-side encryption with customer-provided keys (SSE-C)".
package struct S3CustomerKey: Sendable {
    private let bytes: [UInt8]

    /// - Returns: nil for what is not 32 bytes in base64.
    package init?(base64 text: String) {
        guard let data = Data(base64Encoded: text), data.count == 32 else { return nil }
        bytes = Array(data)
    }

    /// Of a request for an object. They hold the key itself.
    var headers: [(name: String, value: String)] {
        let name = "x-amz-server-side-encryption-customer-"
        return [
            (name + "algorithm", "AES256"), (name + "key", Data(bytes).base64EncodedString()),
            // The protocol wants this sum, as a check for slips; nothing rests on its strength.
            (name + "key-md5", Data(Insecure.MD5.hash(data: bytes)).base64EncodedString()),
        ]
    }
}

extension S3CustomerKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<key>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
