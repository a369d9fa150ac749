internal import Model
internal import Synchronization

/// Writes content into the store in chunks of 1 MiB, each in a small transaction of its own.
///
/// The row has no digest, so nobody sees it, until a staged file names it. A process that dies leaves the row; whoever
/// takes over its claim deletes it, and any later claim what nobody has written to for an hour.
final class LargeContentWriter: LargeContent {
    static let chunkSize = 1 << 20

    private struct State {
        var contentID: Int64?
        var fullChunks: Int64 = 0
        /// What does not fill a chunk yet.
        var rest: [UInt8] = []
        var isStaged = false

        var size: Int64 { fullChunks * Int64(chunkSize) + Int64(rest.count) }
    }

    private let engine: Engine
    private let claim: Claim?
    private let clock: @Sendable () -> Timestamp
    private let state = Mutex(State())

    init(engine: Engine, under claim: Claim?, clock: @escaping @Sendable () -> Timestamp) {
        self.engine = engine
        self.claim = claim
        self.clock = clock
    }

    func append(_ piece: UnsafeRawBufferPointer) throws {
        try state.withLock { state in
            var piece = piece[...]
            while !piece.isEmpty {
                let part = piece.prefix(Self.chunkSize - state.rest.count)
                state.rest.append(contentsOf: part)
                piece = piece.dropFirst(part.count)
                if state.rest.count == Self.chunkSize { try writeChunk(&state) }
            }
        }
    }

    private func writeChunk(_ state: inout State) throws(StoreError) {
        let now = clock()
        let (knownID, ordinal, chunk) = (state.contentID, state.fullChunks, state.rest)
        state.contentID = try engine.writeBlocking(.withNext) { db in
            let id = try knownID ?? db.beginContent(at: now, under: claim)
            try db.addChunk(chunk, ordinal: ordinal, to: id, at: now)
            return id
        }
        state.fullChunks += 1
        state.rest.removeAll(keepingCapacity: true)
    }

    /// Gives what was appended its digest, within the transaction that stages the file.
    ///
    /// - Throws: `.unavailable` when it is not of this size, or was given up.
    func finish(as digest: Digest, size: Int64, on db: Connection) throws {
        try state.withLock { state in
            if state.isStaged { return }
            guard state.size == size else {
                throw StoreError.unavailable("\(state.size) bytes were written of a content of \(size) bytes")
            }
            guard let id = state.contentID else { try db.keep(state.rest, digest: digest); return }
            if try db.acquitContent(digest) { try db.dropUnfinished(id); return }
            if !state.rest.isEmpty { try db.addChunk(state.rest, ordinal: state.fullChunks, to: id, at: clock()) }
            guard try db.run(ContentSQL.finish, digest, size, id) == 1 else {
                throw StoreError.unavailable("content was written too slowly and given up; try again")
            }
        }
    }

    /// Called after the transaction that staged it was kept.
    func wasStaged() {
        state.withLock { state in
            state.isStaged = true
            state.rest = []
        }
    }

    func discard() async {
        let id = state.withLock { state in
            defer { state = State(isStaged: state.isStaged) }
            return state.isStaged ? nil : state.contentID
        }
        guard let id else { return }
        // If this fails the row is swept later.
        try? await engine.write(.withNext) { db in try db.dropUnfinished(id) }
    }
}
