internal import Glibc

/// An open file or directory, closed with its last reference.
///
/// Every call goes through here, and fails with the system's number for why.
final class Descriptor: Sendable {
    let number: Int32

    /// Opens the directory at an absolute path; links in it are followed.
    init(root path: String) throws(SystemError) {
        number = try check { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    }

    /// Holds on to what is at a path, wherever links lead, without opening it for reading.
    init(place path: String) throws(SystemError) {
        number = try check { open(path, Self.placeOnly | O_CLOEXEC) }
    }

    /// Linux's `O_PATH`, which Glibc declares for programs in C alone.
    /// - Source: open(2); fcntl-linux.h.
    private static let placeOnly: Int32 = 0o10000000

    private init(_ number: Int32) { self.number = number }

    deinit { close(number) }

    /// Opens a directory in this one; a link to one is refused.
    func directory(_ name: UnsafePointer<CChar>) throws(SystemError) -> Descriptor {
        Descriptor(try check { openat(number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) })
    }

    /// Opens a file in this directory; a link is refused, and nothing waits for the other end of a FIFO.
    func file(_ name: UnsafePointer<CChar>) throws(SystemError) -> Descriptor {
        Descriptor(try check { openat(number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) })
    }

    /// What is open here.
    func status() throws(SystemError) -> FileStatus {
        var status = stat()
        _ = try check { fstat(number, &status) }
        return FileStatus(status)
    }

    /// Where the open file or directory really is now, without a link in it; nil when the system cannot tell.
    ///
    /// Source: proc(5), `/proc/[pid]/fd`. The path of one that was removed ends in ` (deleted)`, so that it is in no
    /// directory but its old one.
    var realPath: [UInt8]? {
        var buffer = [CChar](repeating: 0, count: 4_097)
        let count = readlink("/proc/self/fd/\(number)", &buffer, buffer.count)
        guard count > 0, count < buffer.count, buffer[0] == CChar(bitPattern: UInt8(ascii: "/")) else { return nil }
        return buffer.prefix(count).map { UInt8(bitPattern: $0) }
    }

    /// Whether the directory has been removed since it was opened: then it looks empty.
    func isRemoved() throws(SystemError) -> Bool {
        var status = stat()
        _ = try check { fstat(number, &status) }
        return status.st_nlink == 0
    }

    /// What `name` in this directory is; a link is not followed.
    func status(of name: UnsafePointer<CChar>) throws(SystemError) -> FileStatus {
        var status = stat()
        _ = try check { fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) }
        return FileStatus(status)
    }

    /// Whether the directory `name` in this one may be listed, and what is in it opened.
    func mayEnter(_ name: UnsafePointer<CChar>) -> Bool {
        faccessat(number, name, R_OK | X_OK, AT_EACCESS) == 0 || errno != EACCES
    }

    /// What the link `name` in this directory says, cut at 4,096 bytes.
    func target(of name: UnsafePointer<CChar>) throws(SystemError) -> [UInt8] {
        var target = [CChar](repeating: 0, count: 4_096)
        let count = try check { Int32(readlinkat(number, name, &target, target.count)) }
        return target.prefix(Int(count)).map { UInt8(bitPattern: $0) }
    }

    /// Reads the next bytes.
    ///
    /// - Returns: their number; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        while true {
            let count = Glibc.read(number, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            let code = errno
            if code != EINTR { throw SystemError(code: code) }
        }
    }

    /// Calls `visit` with the name of each entry but `.` and `..`, in no order.
    func entries(_ visit: (UnsafePointer<CChar>) throws(SystemError) -> Void) throws(SystemError) {
        // The stream owns and closes the descriptor that it is given.
        let copy = try check { openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard let stream = fdopendir(copy) else {
            let code = errno
            close(copy)
            throw SystemError(code: code)
        }
        defer { closedir(stream) }
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                let code = errno
                if code != 0 { throw SystemError(code: code) }
                return
            }
            let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 19  // The layout of Linux on 64 bits.
            let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
            if strcmp(name, ".") != 0, strcmp(name, "..") != 0 { try visit(name) }
        }
    }
}

/// The funnel: a negative result is an error, read on the spot.
private func check(_ call: () -> Int32) throws(SystemError) -> Int32 {
    while true {
        let result = call()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { throw SystemError(code: code) }
    }
}

/// Why the system refused a call.
struct SystemError: Error, Equatable {
    let code: Int32

    var shortage: SystemShortage? { SystemShortage(code) }

    /// Such as `permission denied`.
    var clause: String { String(cString: strerror(code)).lowercased() }
}
