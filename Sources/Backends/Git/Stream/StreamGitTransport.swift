internal import Model
private import Synchronization

/// A way to open streams to one repository.
protocol StreamOpener: Sendable {
    /// For messages: the repository's place without user-info that is secret.
    var shown: String { get }

    /// Opens a new stream, on which the server speaks first. Blocks its thread.
    func open(doing: String, bell: WakeUp) throws(GitFailure) -> GitStream
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
    private nonisolated let received = Atomic<Int64>(0)

    init(_ opener: any StreamOpener) { self.opener = opener }

    nonisolated var shown: String { opener.shown }
    nonisolated var bytesReceived: Int64 { received.load(ordering: .relaxed) }
    nonisolated var isRedirected: Bool { false }
    /// A stream says at its beginning what the server can do, whether or not that is known.
    nonisolated var isIntroduced: Bool { true }

    func advertise(receive: @escaping HTTPClient.Receiver) async throws(GitFailure) {
        try await WakeUp.onCancellation { bell throws(GitFailure) in
            try open(doing: "ask the git server what it offers", bell, receive: receive)
        }
    }

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
                throw GitFailure(.malformed, "cannot \(doing): the server changed the version of its protocol")
            }
            try run(request, until: version == 2 ? .flush : .stream, doing: doing, bell, receive: receive)
            if version < 2 { stream = nil }
        }
    }

    func close() { stream = nil }

    private func open(
        doing: String, _ bell: WakeUp, receive: (UnsafeRawBufferPointer) throws -> Void
    ) throws(GitFailure) {
        stream = nil
        stream = try opener.open(doing: doing, bell: bell)
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

    private static let versionTwo = PacketLine.encode("version 2")
}
