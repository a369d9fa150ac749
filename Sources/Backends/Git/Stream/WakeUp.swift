private import Glibc

/// Ends a `poll` from another thread.
final class WakeUp: Sendable {
    /// Readable once it has rung; -1 when the system had no socket to give.
    let descriptor: Int32
    private let other: Int32

    init() {
        // Without one, a cancellation is noticed when a time limit ends.
        let pair = try? SocketPair(nonblocking: true)
        descriptor = pair?.ours ?? -1
        other = pair?.other ?? -1
    }

    deinit {
        close(descriptor)
        close(other)
    }

    func ring() {
        var one: UInt8 = 1
        // It can only fail when it has been rung often.
        _ = send(other, &one, 1, Int32(MSG_NOSIGNAL))
    }

    var hasRung: Bool {
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&ready, 1, 0) > 0
    }

    /// Runs `body`, which blocks its thread, and rings when the task is cancelled meanwhile.
    static func onCancellation<Value>(
        isolation: isolated (any Actor)? = #isolation, _ body: (WakeUp) throws(GitFailure) -> Value
    ) async throws(GitFailure) -> Value {
        let bell = WakeUp()
        let result: Result<Value, GitFailure> = await withTaskCancellationHandler {
            do throws(GitFailure) { return .success(try body(bell)) } catch { return .failure(error) }
        } onCancel: {
            bell.ring()
        }
        return try result.get()
    }
}
