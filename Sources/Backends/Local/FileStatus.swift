internal import Glibc
internal import Model

/// What the system tells about one entry of a directory.
struct FileStatus: Equatable {
    enum Kind { case regular, directory, symbolicLink, fifo, socket, device }

    let kind: Kind
    let sizeInBytes: Int64
    let modified: Timespec
    let changed: Timespec
    let inode: UInt64

    /// A moment to the nanosecond.
    struct Timespec: Equatable {
        let seconds: Int64
        let nanoseconds: Int64

        init(_ time: timespec) {
            seconds = Int64(time.tv_sec)
            nanoseconds = Int64(time.tv_nsec)
        }
    }

    init(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .regular
        case S_IFDIR: kind = .directory
        case S_IFLNK: kind = .symbolicLink
        case S_IFIFO: kind = .fifo
        case S_IFSOCK: kind = .socket
        default: kind = .device
        }
        sizeInBytes = Int64(status.st_size)
        modified = Timespec(status.st_mtim)
        changed = Timespec(status.st_ctim)
        inode = UInt64(status.st_ino)
    }

    /// Equal as long as nobody wrote to the file, put another in its place, or set its times back (which moves ctime).
    var fingerprint: Fingerprint {
        let values = [
            sizeInBytes, modified.seconds, modified.nanoseconds, changed.seconds, changed.nanoseconds,
            Int64(bitPattern: inode),
        ]
        return Fingerprint(
            bytes: values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } })
    }

    /// Whether the file was touched less than two seconds before `now`, or after it.
    ///
    /// Two writes within one tick of the file system's clock leave the same times. A tick lasts 1-10 ms on Linux's own
    /// file systems and up to 2 s on FAT, so such a file may still change without a trace.
    func isYoung(at now: Timestamp) -> Bool {
        max(modified.seconds, changed.seconds) >= now.microseconds / 1_000_000 - 2
    }

    /// Why what is here can not be replicated, or nil for a regular file.
    var clause: String? {
        switch kind {
        case .regular, .directory, .symbolicLink: nil
        case .fifo: "a FIFO"
        case .socket: "a socket"
        case .device: "a device"
        }
    }
}
