import Model

extension ObjectContent {
    /// Content with its SHA-256.
    init(hashing bytes: [UInt8]) { self.init(digest: Digest(sha256: bytes), bytes: bytes) }
}
