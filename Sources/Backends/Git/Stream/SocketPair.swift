private import Glibc

/// Two sockets that are each other's ends; neither leaks into a child that does not ask for it.
struct SocketPair {
    /// To be closed by whoever makes the pair.
    let ours: Int32
    let other: Int32

    /// - Throws: the error number.
    init(nonblocking: Bool = false) throws(ChildProcess.Failure) {
        var ends: [Int32] = [-1, -1]
        var type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue
        if nonblocking { type |= SOCK_NONBLOCK.rawValue }
        guard socketpair(AF_UNIX, Int32(type), 0, &ends) == 0 else { throw ChildProcess.Failure(number: errno) }
        ours = ends[0]
        other = ends[1]
    }
}
