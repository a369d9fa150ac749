internal import struct Crypto.SHA256
internal import Model

extension Digest {
    /// The SHA-256 of some bytes.
    package init(sha256 bytes: some Sequence<UInt8>) {
        var hash = SHA256()
        let isContiguous: Void? = bytes.withContiguousStorageIfAvailable { hash.update(bufferPointer: .init($0)) }
        if isContiguous == nil { hash.update(data: Array(bytes)) }
        self.init(finished: hash)
    }

    /// Ends a running hash.
    init(finished hash: SHA256) {
        guard let digest = Digest(bytes: Array(hash.finalize())) else {
            preconditionFailure("SHA-256 has 32 bytes")
        }
        self = digest
    }
}
