internal import Model

extension Connection {
    /// Keeps content that a file names, unless it is there already.
    func keep(_ content: StagedContent, digest: Digest, size: Int64) throws {
        switch content {
        case .bytes(let bytes): try keep(bytes, digest: digest)
        case .large(let writer as LargeContentWriter): try writer.finish(as: digest, size: size, on: self)
        case .large: throw StoreError.unavailable("content was made for another store")
        }
    }

    func keep(_ bytes: [UInt8], digest: Digest) throws {
        let size = Int64(bytes.count)
        if try run(ContentSQL.add, digest, size, bytes) == 0 { try run(ContentSQL.acquit, digest) }
    }

    /// Whether content of this digest is there; if so, it will not be swept.
    func acquitContent(_ digest: Digest) throws -> Bool {
        let known = try first(ContentSQL.find, digest) { _ in true } ?? false
        if known { try run(ContentSQL.acquit, digest) }
        return known
    }

    /// - Parameter claim: the content is given up when this claim is; nil for one that only time gives up.
    func beginContent(at now: Timestamp, under claim: Claim?) throws -> Int64 {
        guard let id: Int64 = try value(ContentSQL.begin, now, claim?.source, claim?.number) else {
            throw StoreError.unavailable("the database did not number a new content")
        }
        return id
    }

    /// Throws `.unavailable` when the content was given up.
    func addChunk(_ chunk: [UInt8], ordinal: Int64, to content: Int64, at now: Timestamp) throws {
        let size = ordinal * Int64(LargeContentWriter.chunkSize) + Int64(chunk.count)
        guard try run(ContentSQL.extend, size, now, content) == 1 else {
            throw StoreError.unavailable("content was written too slowly and given up; try again")
        }
        try run(ContentSQL.addChunk, content, ordinal, chunk)
    }

    func dropUnfinished(_ content: Int64) throws {
        try run(ContentSQL.dropChunks, content)
        try run(ContentSQL.drop, content)
    }

    /// Of what was nominated for deletion, takes out what a file, an object or a revision still names.
    func acquitNamedContent() throws {
        try run(ContentSQL.acquitFiles)
        try run(ContentSQL.acquitObjects)
        try run(ContentSQL.acquitRevisions)
        try run(ContentSQL.acquitEarlierRevisions)
    }

    /// Deletes at most `limit` contents that nothing names.
    ///
    /// What is nominated was unnamed when its transaction ended, and whoever names content again takes it out.
    func sweepUnnamed(limit: Int) throws {
        try run(ContentSQL.sweepChunks, limit)
        try run(ContentSQL.sweepVerdicts, limit)
        try run(ContentSQL.sweepContent, limit)
        try run(ContentSQL.sweepNames, limit)
    }
}
