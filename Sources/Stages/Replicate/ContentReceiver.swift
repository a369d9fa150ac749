internal import struct Crypto.SHA256
internal import Model
internal import Synchronization

/// Takes one file's content as it streams in: hashes it, holds it while it is small, and passes it on to the store
/// piece by piece once it is not.
///
/// Locked by a mutex since a backend may deliver on any thread; never called concurrently.
final class ContentReceiver: Sendable {
    /// Content up to this size travels in memory.
    static let largestInMemory = 1 << 20

    private struct State {
        var hash = SHA256()
        var size: Int64 = 0
        var bytes: [UInt8] = []
        var isLarge = false
    }

    private let state = Mutex(State())
    private let path: RelativePath
    private let selection: FileSelection
    /// Where content goes that is not small; untouched otherwise.
    private let room: any LargeContent

    init(path: RelativePath, selection: FileSelection, room: any LargeContent) {
        self.path = path
        self.selection = selection
        self.room = room
    }

    /// - Throws: ``FileProblem`` when the content is over the size limit, so that no more of it is fetched;
    ///   ``StoreError`` when it cannot be kept.
    func receive(_ piece: UnsafeRawBufferPointer) throws {
        try state.withLock { state in
            state.size += Int64(piece.count)
            if let problem = selection.problem(ofSize: state.size, at: path) { throw problem }
            state.hash.update(bufferPointer: piece)
            if !state.isLarge, state.bytes.count + piece.count > Self.largestInMemory {
                try state.bytes.withUnsafeBytes { try room.append($0) }
                state.bytes = []
                state.isLarge = true
            }
            if state.isLarge {
                try room.append(piece)
            } else {
                state.bytes.append(contentsOf: piece)
            }
        }
    }

    /// The digest, size and whereabouts of all that was received.
    func finish() -> (digest: Digest, size: Int64, content: StagedContent) {
        state.withLock { state in
            let content: StagedContent = state.isLarge ? .large(room) : .bytes(state.bytes)
            return (Digest(finished: state.hash), state.size, content)
        }
    }

    /// Forgets what was received.
    func discard() async { await room.discard() }
}
