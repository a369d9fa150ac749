import Foundation
import Glibc
import Synchronization

/// Ctrl-C, or a polite kill. The first cancels the work, which then ends by itself and leaves the store as it was. A
/// second one, one at a question, or two seconds without an end, ends the process at once: work that computes, or waits
/// in a system call, does not hear that it is cancelled, and the store bears a process that vanishes at any moment.
///
/// It does not go through the queues that work runs on: these may all be busy with that work.
final class Interruption: Sendable {
    private let cancel = Mutex<(@Sendable () -> Void)?>(nil)
    private let isSeen = Atomic(false)

    /// How long work may take to end by itself.
    private static let patience: Int32 = 2_000
    /// Within this time a signal is the first one again: timeout(1) sends it to the process, and then to its group.
    private static let echo: Int32 = 200

    /// Takes over both signals, for the rest of the process.
    init() {
        var ends: [Int32] = [-1, -1]
        // Without a pipe there are no descriptors left to do anything with, and a signal does what it usually does.
        guard pipe(&ends) == 0 else { return }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        signalPipe = ends[1]
        var action = sigaction()
        action.__sigaction_handler.sa_handler = note
        action.sa_flags = SA_RESTART
        for number in [SIGINT, SIGTERM] { sigaction(number, &action, nil) }
        let reading = ends[0]
        // A thread of its own, for as long as the process lives: see above.
        Thread.detachNewThread { self.watch(reading) }
    }

    /// Says how work is cancelled; at once, if there was a signal already.
    func cancels(_ work: @escaping @Sendable () -> Void) {
        cancel.withLock { $0 = work }
        if isSeen.load(ordering: .sequentiallyConsistent) { work() }
    }

    private func watch(_ pipe: Int32) {
        Self.wait(for: pipe, -1)
        isSeen.store(true, ordering: .sequentiallyConsistent)
        if !Terminal.isAsking.load(ordering: .relaxed) {
            cancel.withLock { $0 }?()
            _ = poll(nil, 0, Self.echo)
            while Self.isThere(pipe) {}
            Self.wait(for: pipe, Self.patience - Self.echo)
            if Terminal.takesTalk { Terminal.say(Terminal.message(of: CancellationError())) }
        }
        Terminal.restoreEcho()
        ThisProcess.end(ExitStatus.interrupted.rawValue)
    }

    /// Returns when there is a signal, or after so many milliseconds; never for -1.
    private static func wait(for pipe: Int32, _ milliseconds: Int32) {
        let end = ContinuousClock.now + .milliseconds(milliseconds)
        while true {
            let rest = (end - ContinuousClock.now) / .milliseconds(1)
            var descriptor = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
            let count = poll(&descriptor, 1, milliseconds < 0 ? -1 : Int32(max(0, rest.rounded(.up))))
            // The thread itself may be the one that a signal interrupts.
            if count > 0, isThere(pipe) { return }
            if milliseconds >= 0, ContinuousClock.now >= end { return }
        }
    }

    /// Takes one signal, if there is any.
    private static func isThere(_ pipe: Int32) -> Bool {
        var byte: UInt8 = 0
        return read(pipe, &byte, 1) == 1
    }
}

/// Where ``note(_:)`` writes to. Set once, before the first signal can come.
nonisolated(unsafe) private var signalPipe: Int32 = -1

/// Runs in the middle of anything, and so does only what POSIX lets it do there.
private func note(_ signal: Int32) {
    let before = errno
    var byte: UInt8 = 1
    _ = write(signalPipe, &byte, 1)
    errno = before
}
