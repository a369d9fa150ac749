private import struct Crypto.SHA256
package import Model

extension SQLiteStore {
    /// The longest piece that is lent to a sink.
    private static let pieceSize = LargeContentWriter.chunkSize

    package func loadContent(_ digest: Digest, limit: Int64) async throws(StoreError) -> [UInt8] {
        try await engine.read { db in
            let content = try db.content(digest)
            guard content.size <= limit else {
                throw StoreError.unavailable(
                    "content \(digest.short) has \(content.size) bytes, over the limit of \(limit)")
            }
            var bytes: [UInt8] = []
            if content.isChunked {
                bytes.reserveCapacity(Int(content.size))
                for ordinal in 0..<content.chunkCount { bytes += try db.chunk(ordinal, of: content) }
            } else {
                bytes = try db.wholeBytes(of: content)
            }
            // What is loaded whole is shown or applied next: that a disk lied must come out before.
            guard SHA256.hash(data: bytes).elementsEqual(digest.bytes) else { throw content.damage }
            return bytes
        }
    }

    /// Each piece is read in a transaction of its own, so that a slow sink holds nobody up: content never changes.
    ///
    /// Reads large content twice: what a sink has taken cannot be taken back, so it gets nothing of what is damaged.
    package func readContent(_ digest: Digest, into sink: ContentSink) async throws {
        let content = try await engine.read { db in try db.content(digest) }
        if content.isChunked {
            try await prove(content)
            for ordinal in 0..<content.chunkCount {
                let chunk = try await engine.read { db in try db.chunk(ordinal, of: content) }
                try chunk.withUnsafeBytes { try sink($0) }
            }
        } else {
            let bytes = try await engine.read { db in try db.wholeBytes(of: content) }
            guard SHA256.hash(data: bytes).elementsEqual(digest.bytes) else { throw content.damage }
            try bytes.withUnsafeBytes { whole in
                for start in stride(from: 0, to: whole.count, by: Self.pieceSize) {
                    try sink(UnsafeRawBufferPointer(rebasing: whole[start..<min(start + Self.pieceSize, whole.count)]))
                }
            }
        }
    }

    /// Throws `.contentDamaged` when chunked content is not what its digest says.
    private func prove(_ content: ContentPlace) async throws(StoreError) {
        var hash = SHA256()
        for ordinal in 0..<content.chunkCount {
            hash.update(data: try await engine.read { db in try db.chunk(ordinal, of: content) })
        }
        guard hash.finalize().elementsEqual(content.digest.bytes) else { throw content.damage }
    }
}

/// Where content is and how long it must be.
struct ContentPlace: Sendable {
    let id: Int64
    let digest: Digest
    let size: Int64
    let isChunked: Bool

    var chunkCount: Int64 { (size + Int64(LargeContentWriter.chunkSize) - 1) / Int64(LargeContentWriter.chunkSize) }

    var damage: StoreError { .contentDamaged(digest) }
}

extension Connection {
    /// Throws `.notFound`.
    func content(_ digest: Digest) throws -> ContentPlace {
        let place = try first(ContentSQL.find, digest) { columns in
            ContentPlace(
                id: try columns.next(), digest: digest, size: try columns.next(), isChunked: try columns.next())
        }
        guard let place else { throw StoreError.notFound("content \(digest.short)") }
        return place
    }

    /// Throws `.contentDamaged` when bytes are missing, as do ``chunk(_:of:)`` and what calls them.
    func wholeBytes(of content: ContentPlace) throws -> [UInt8] {
        if content.size == 0 { return [] }
        let bytes: [UInt8]? = try value(ContentSQL.whole, content.id)
        guard let bytes, bytes.count == Int(content.size) else { throw content.damage }
        return bytes
    }

    func chunk(_ ordinal: Int64, of content: ContentPlace) throws -> [UInt8] {
        let start = ordinal * Int64(LargeContentWriter.chunkSize)
        let size = min(content.size - start, Int64(LargeContentWriter.chunkSize))
        let bytes: [UInt8]? = try value(ContentSQL.chunk, content.id, ordinal)
        guard let bytes, bytes.count == Int(size) else { throw content.damage }
        return bytes
    }
}
