private import Foundation
internal import Model

/// A lock file held by this process: at most one holder anywhere on the machine. A process that dies lets go.
final class FileLock {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Waits until the lock on `file`, which is made if need be, is free.
    ///
    /// - Cancellation: ends the wait with `CancellationError`.
    static func acquire(
        _ file: String, clock: any Clock<Duration>, isolation: isolated (any Actor)? = #isolation
    ) async throws -> FileLock {
        while true {
            if let lock = try attempt(file) { return lock }
            try await clock.sleep(for: .milliseconds(50))
        }
    }

    /// Waits, blocking its thread, for the lock on `file`: for what is held only for a moment.
    static func wait(for file: String) throws -> FileLock {
        while true {
            if let lock = try attempt(file, waiting: true) { return lock }
        }
    }

    /// Nil when somebody else has the lock on `file`.
    static func ifFree(_ file: String) throws -> FileLock? { try attempt(file) }

    private static func attempt(_ file: String, waiting: Bool = false) throws -> FileLock? {
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let code = errno
            // Its folder was removed with all that it held: whoever wants the lock wants to make that anew.
            if code == ENOENT, mkdir((file as NSString).deletingLastPathComponent, 0o700) == 0 || errno == EEXIST {
                return nil
            }
            throw BackendError(.local, "cannot open the lock file \"\(file)\": \(String(cString: strerror(code)))")
        }
        let lock = FileLock(descriptor)
        guard flock(descriptor, waiting ? LOCK_EX : LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            if code == EWOULDBLOCK || code == EINTR { return nil }
            throw BackendError(
                .local, "cannot lock the file \"\(file)\": \(String(cString: strerror(code)))",
                advice: "keep the store on a file system that has locks")
        }
        // It may have been replaced, or its folder made again, since it was opened: then this is a lock on nothing.
        var held = stat()
        var named = stat()
        guard fstat(descriptor, &held) == 0, stat(file, &named) == 0, held.st_ino == named.st_ino else { return nil }
        return lock
    }
}
