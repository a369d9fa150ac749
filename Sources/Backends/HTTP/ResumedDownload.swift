internal import Model
private import Synchronization

/// The content of one object on its way to a sink, over as many tries as it takes.
///
/// What fits into one piece reaches the sink only when it is complete. Of larger content, a new try asks for the rest.
final class ResumedDownload: Sendable {
    /// The answer is not what was listed.
    struct Garbled: Error {
        let clause: String
        /// Whether it came out too late: some of the content has been delivered, and another try would only add to it.
        var isFinal = false
        /// The content is whole, and not what the ETag says.
        var isOfEntityTag = false
    }

    private let sizeInBytes: Int64
    private let makeChecksum: @Sendable (HTTPHeaders) -> S3Checksum?
    private let sink: ContentSink
    private let state = Mutex(State())

    private struct State {
        /// What of the content has been delivered.
        var delivered: Int64 = 0
        /// Where in the content the next byte of this try belongs.
        var position: Int64 = 0
        /// What follows the delivered content.
        var buffer: [UInt8] = []
        /// Of the delivered content, if the server tells what it has to be in the end.
        var checksum: S3Checksum?
        /// How often whole content was not what its ETag says.
        var mismatches = 0
    }

    private static let pieceInBytes = 256 << 10

    /// - Parameter checksum: what the head of a whole answer says that the content's sum has to be.
    init(
        sizeInBytes: Int64, checksum: @escaping @Sendable (HTTPHeaders) -> S3Checksum? = { _ in nil },
        into sink: @escaping ContentSink
    ) {
        self.sizeInBytes = sizeInBytes
        makeChecksum = checksum
        self.sink = sink
    }

    /// Where a new try has to begin.
    var offset: Int64 { state.withLock { $0.delivered } }

    /// Looks at the head of a new try's answer.
    ///
    /// - Throws: ``Garbled``.
    func begin(_ response: HTTPResponse) throws {
        try state.withLock { state in
            let start = response.status == 206 ? state.delivered : 0
            if response.status == 206 {
                let range = response.headers["content-range"] ?? ""
                guard range == "bytes \(start)-\(sizeInBytes - 1)/\(sizeInBytes)" else {
                    throw Garbled(clause: "the server sends another part of it than was asked for")
                }
            }
            if let length = response.headers["content-length"].flatMap({ Int64($0) }), length != sizeInBytes - start {
                throw Garbled(clause: "the server sends \(length) bytes of it in place of \(sizeInBytes - start)")
            }
            // That of a part is another one.
            if response.status == 200, state.delivered == 0 { state.checksum = makeChecksum(response.headers) }
            state.position = start
            state.buffer.removeAll(keepingCapacity: true)
            state.buffer.reserveCapacity(Int(min(sizeInBytes - state.delivered, Int64(Self.pieceInBytes))))
        }
    }

    /// Takes the next piece of this try's answer.
    ///
    /// - Throws: ``Garbled``, or what the sink throws.
    func take(_ piece: UnsafeRawBufferPointer) throws {
        try state.withLock { state in
            let known = max(0, min(Int64(piece.count), state.delivered - state.position))
            state.position += Int64(piece.count)
            guard state.position <= sizeInBytes else {
                throw Garbled(clause: "the server sends more of it than \(sizeInBytes) bytes")
            }
            state.buffer.append(contentsOf: piece.dropFirst(Int(known)))
            if state.buffer.count >= Self.pieceInBytes { try deliver(&state) }
        }
    }

    /// Delivers what is left.
    ///
    /// - Throws: ``Garbled`` when content is missing, or what the sink throws.
    func finish() throws {
        try state.withLock { state in
            guard state.position == sizeInBytes else {
                throw Garbled(clause: "the server sent \(state.position) bytes of it in place of \(sizeInBytes)")
            }
            if let checksum = state.checksum {
                var whole = checksum
                state.buffer.withUnsafeBytes { whole.update($0) }
                guard whole.isRight else {
                    guard whole.isEntityTag else {
                        throw Garbled(
                            clause: "its content is not what the server's checksum says", isFinal: state.delivered > 0)
                    }
                    state.mismatches += 1
                    throw Garbled(
                        clause: "its content does not match its ETag",
                        isFinal: state.delivered > 0 || state.mismatches > 1, isOfEntityTag: true)
                }
            }
            if !state.buffer.isEmpty { try deliver(&state) }
        }
    }

    private func deliver(_ state: inout State) throws {
        try state.buffer.withUnsafeBytes { bytes in
            state.checksum?.update(bytes)
            try sink(bytes)
        }
        state.delivered += Int64(state.buffer.count)
        state.buffer.removeAll(keepingCapacity: true)
    }
}
