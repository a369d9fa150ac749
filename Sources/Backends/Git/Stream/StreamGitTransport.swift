internal import Model
private import Synchronization

/// A way to open streams to one repository.
protocol StreamOpener: Sendable {
    /// For messages: the repository's place without user-info that is secret.
    var shown: String { get }

    /// Opens a new stream, on which the server speaks first. Blocks its thread.
    ///
    /// - Parameter observe: told whenever the way to the server has got further.
    func open(
        doing: String, bell: WakeUp, observe: (@Sendable (StreamProgress) -> Void)?
    ) throws(GitFailure) -> GitStream
}

/// git's protocol over a stream of bytes, as SSH and git's own daemon have it.
///
/// In version 2 one stream serves any number of requests. Before that, a stream serves one request, which may be sent
/// on the stream that brought the refs.
/// - Source: gitprotocol-pack(5), gitprotocol-v2(5).
actor StreamGitTransport: GitTransport {
    nonisolated private let lane = Lane("git stream")
    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    private let opener: any StreamOpener
    private var stream: GitStream?
    /// What the server speaks on `stream`.
    private var version = 0
    /// What the server said first on `stream`, if whoever asks for that next has not seen it.
    private var introduction: [UInt8]?
    private nonisolated let received = Atomic<Int64>(0)

    init(_ opener: any StreamOpener) { self.opener = opener }

    nonisolated var shown: String { opener.shown }
    nonisolated var bytesReceived: Int64 { received.load(ordering: .relaxed) }
    nonisolated var isRedirected: Bool { false }
    /// A stream says at its beginning what the server can do, whether or not that is known.
    nonisolated var isIntroduced: Bool { true }

    func advertise(receive: @escaping HTTPClient.Receiver) async throws(GitFailure) {
        try await WakeUp.onCancellation { bell throws(GitFailure) in
            if stream != nil, let introduction {
                self.introduction = nil
                return try Self.hand(introduction, to: receive)
            }
            try open(doing: Self.introducing, bell, receive: receive)
        }
    }

    /// Has the server introduce itself, for a test of the way to it.
    func introduce() async -> (StreamProgress, GitFailure?) {
        let progress = Mutex(StreamProgress())
        var said: [UInt8] = []
        do throws(GitFailure) {
            try await WakeUp.onCancellation { bell throws(GitFailure) in
                let reader = PacketReader(Advertisement(.head), doing: Self.introducing)
                try open(doing: Self.introducing, bell, observe: { new in progress.withLock { $0 = new } }) { piece in
                    said += piece
                    try reader.receive(piece)
                }
                _ = try reader.finish()
            }
            introduction = said
            return (progress.withLock { $0 }, nil)
        } catch {
            return (progress.withLock { $0 }, error)
        }
    }

    var versionSpoken: Int { version }

    func exchange(
        _ request: [UInt8], version: Int, doing: String, receive: @escaping HTTPClient.Receiver
    ) async throws(GitFailure) {
        try await WakeUp.onCancellation { bell throws(GitFailure) in
            if stream == nil {
                let advertisement = PacketReader(Advertisement(.head), doing: doing)
                try open(doing: doing, bell) { try advertisement.receive($0) }
                _ = try advertisement.finish()
            }
            guard self.version == version else {
                stream = nil
                throw GitFailure(
                    .malformed, "cannot \(doing): the server changed the version of its protocol",
                    advice: "sync again: it may have been updated just then")
            }
            try run(request, until: version == 2 ? .flush : .stream, doing: doing, bell, receive: receive)
            if version < 2 { stream = nil }
        }
    }

    func close() { stream = nil }

    private func open(
        doing: String, _ bell: WakeUp, observe: (@Sendable (StreamProgress) -> Void)? = nil,
        receive: (UnsafeRawBufferPointer) throws -> Void
    ) throws(GitFailure) {
        stream = nil
        introduction = nil
        stream = try opener.open(doing: doing, bell: bell, observe: observe)
        var head: [UInt8] = []
        try run([], until: .flush, doing: doing, bell) { piece in
            if head.count < Self.versionTwo.count { head += piece.prefix(Self.versionTwo.count - head.count) }
            try receive(piece)
        }
        version = head == Self.versionTwo ? 2 : 0
    }

    /// A stream on which something went wrong is of no further use.
    private func run(
        _ request: [UInt8], until end: GitStream.End, doing: String, _ bell: WakeUp,
        receive: (UnsafeRawBufferPointer) throws -> Void
    ) throws(GitFailure) {
        guard let stream else { throw GitStream.lost("cannot \(doing): there is no connection to \"\(shown)\"") }
        let before = stream.bytesReceived
        defer { received.add(stream.bytesReceived - before, ordering: .relaxed) }
        do throws(GitFailure) {
            try stream.exchange(request, until: end, doing: doing, bell: bell, receive: receive)
        } catch {
            self.stream = nil
            throw error
        }
    }

    private static func hand(
        _ bytes: [UInt8], to receive: (UnsafeRawBufferPointer) throws -> Void
    ) throws(GitFailure) {
        do {
            try bytes.withUnsafeBytes { try receive($0) }
        } catch let failure as GitFailure {
            throw failure
        } catch {
            throw GitFailure(.malformed, "cannot \(introducing): \(error)")
        }
    }

    private static let introducing = "ask the git server what it offers"
    private static let versionTwo = PacketLine.encode("version 2")
}
