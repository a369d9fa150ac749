private import Glibc
internal import Model

/// What stands behind a stream besides its socket: a process that carries it.
protocol StreamCarrier: AnyObject {
    /// Where it talks of itself; nil when it has nothing more to say.
    var talk: Int32? { get }

    /// Reads what can be read from `talk` without waiting.
    func listen()

    /// Whether the server is reached and lets us in. Until then the time to connect runs.
    var isThrough: Bool { get }

    /// Why the stream ended early. Waits a moment for the process's last words.
    func failure(doing: String) -> GitFailure?

    /// The step at which connecting takes too long, for a message.
    func connectTimeout(doing: String) -> GitFailure

    /// Ends the process: politely if it may take its time, at once if not.
    func end(atOnce: Bool)
}

/// A stream of bytes to a `git-upload-pack` and back.
///
/// Not Sendable: it belongs to one lane, whose thread its calls block.
final class GitStream {
    private let socket: Int32
    private let carrier: (any StreamCarrier)?
    private let shown: String
    private let limits: StreamLimits
    private let startedAt = ContinuousClock.now
    private var isIdle = true
    private(set) var bytesReceived: Int64 = 0

    /// Where an answer ends.
    enum End {
        /// With the first flush packet.
        case flush
        /// With the stream itself.
        case stream
    }

    /// - Parameters:
    ///   - socket: connected; closed with this value.
    ///   - shown: the repository, for messages.
    init(socket: Int32, carrier: (any StreamCarrier)? = nil, shown: String, limits: StreamLimits) {
        self.socket = socket
        self.carrier = carrier
        self.shown = shown
        self.limits = limits
    }

    deinit {
        // A server that waits for a request is told that there is none.
        if isIdle { _ = PacketLine.flush.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Self.sendFlags) } }
        close(socket)
        carrier?.end(atOnce: !isIdle)
    }

    /// Sends `request` while it reads the answer, which it hands to `receive` in pieces.
    ///
    /// - Parameter bell: ends it at once.
    /// - Throws: what `receive` throws; `.connection` and `.timeout`, for which a retry on a new stream may help; the
    ///   carrier's reason.
    func exchange(
        _ request: [UInt8], until end: End, doing: String, bell: WakeUp,
        receive: (UnsafeRawBufferPointer) throws -> Void
    ) throws(GitFailure) {
        isIdle = false
        var unsent = request[...]
        var finder = FlushFinder()
        var watch = StallWatch(limits)
        let start = ContinuousClock.now
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            try checkTime(start, &watch, doing)
            try wait(wantsToSend: !unsent.isEmpty, doing, bell)
            if carrier?.isThrough == false { watch.restart() }
            watch.note(transmit(&unsent))
            let count = recv(socket, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            if count < 0 {
                guard errno == EAGAIN || errno == EINTR else { throw broken(doing) }
                continue
            }
            if count == 0 {
                guard end == .stream, bytesReceived > 0 else { throw broken(doing) }
                return
            }
            bytesReceived += Int64(count)
            watch.note(count)
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            if try take(piece, until: end, &finder, doing, receive) {
                isIdle = true
                return
            }
        }
    }

    /// - Returns: true when the answer is over.
    private func take(
        _ piece: UnsafeRawBufferPointer, until end: End, _ finder: inout FlushFinder, _ doing: String,
        _ receive: (UnsafeRawBufferPointer) throws -> Void
    ) throws(GitFailure) -> Bool {
        let isOver = end == .flush && finder.isOver(after: piece)
        do {
            try receive(piece)
        } catch let failure as GitFailure {
            throw failure
        } catch {
            throw GitFailure(.local, "cannot \(doing): \(error)")
        }
        return isOver
    }

    /// - Returns: how many bytes went.
    private func transmit(_ unsent: inout ArraySlice<UInt8>) -> Int {
        guard !unsent.isEmpty else { return 0 }
        let count = unsent.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Self.sendFlags) }
        if count > 0 {
            unsent = unsent.dropFirst(count)
        } else if errno != EAGAIN, errno != EINTR {
            // Nobody reads any more; what they said before they went is still to be read.
            unsent = []
        }
        return max(count, 0)
    }

    private func wait(wantsToSend: Bool, _ doing: String, _ bell: WakeUp) throws(GitFailure) {
        var ready = [
            pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket, events: Int16(wantsToSend ? POLLIN | POLLOUT : POLLIN), revents: 0),
            pollfd(fd: carrier?.talk ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&ready, nfds_t(ready.count), Self.tickInMilliseconds)
        if ready[0].revents != 0 {
            throw GitFailure(.connection, "cannot \(doing): it was cancelled")
        }
        if ready[2].revents != 0 { carrier?.listen() }
    }

    private func checkTime(
        _ start: ContinuousClock.Instant, _ watch: inout StallWatch, _ doing: String
    ) throws(GitFailure) {
        let now = ContinuousClock.now
        if let carrier, !carrier.isThrough {
            if now - startedAt > limits.connect { throw carrier.connectTimeout(doing: doing) }
        } else if watch.hasStalled(at: now) {
            throw Self.timeout(
                "cannot \(doing): \"\(shown)\" stopped sending",
                advice:
                    "if it is only slow, raise `stall_time` or lower `stall_speed`; else ask whoever runs the server")
        }
        if let total = limits.total, now - start > total {
            throw Self.timeout(
                "cannot \(doing): \"\(shown)\" did not answer completely in time",
                advice: "if it only needs longer, raise `total_timeout`")
        }
    }

    private func broken(_ doing: String) -> GitFailure {
        carrier?.failure(doing: doing) ?? Self.lost("cannot \(doing): the connection to \"\(shown)\" broke")
    }

    static func lost(_ reason: String) -> GitFailure {
        GitFailure(BackendError(.connection, reason, retry: .soon), retry: .soon)
    }

    static func timeout(_ reason: String, advice: String) -> GitFailure {
        GitFailure(BackendError(.timeout, reason, advice: advice, retry: .soon), retry: .soon)
    }

    private static let sendFlags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
    /// How exact the time limits are.
    private static let tickInMilliseconds: Int32 = 100
}

/// Notices when fewer bytes come than are asked for, over one stall time at least.
private struct StallWatch {
    private let limits: StreamLimits
    private var start = ContinuousClock.now
    private var count: Int64 = 0

    init(_ limits: StreamLimits) { self.limits = limits }

    mutating func note(_ bytes: Int) { count += Int64(bytes) }

    mutating func restart() {
        start = .now
        count = 0
    }

    mutating func hasStalled(at now: ContinuousClock.Instant) -> Bool {
        guard now - start > limits.stall else { return false }
        let seconds = Double(limits.stall.components.seconds) + Double(limits.stall.components.attoseconds) / 1e18
        if Double(count) < Double(limits.stallBytesPerSecond) * seconds { return true }
        restart()
        return false
    }
}
