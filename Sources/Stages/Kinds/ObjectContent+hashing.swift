internal import Crypto
import Model

extension ObjectContent {
    /// Content with its SHA-256.
    init(hashing bytes: [UInt8]) {
        guard let digest = Digest(bytes: Array(SHA256.hash(data: bytes))) else {
            preconditionFailure("SHA-256 has 32 bytes")
        }
        self.init(digest: digest, bytes: bytes)
    }
}
