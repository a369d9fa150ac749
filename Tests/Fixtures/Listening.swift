internal import Glibc

/// Begins to listen on a port that nobody listened on a moment ago.
///
/// - Returns: a descriptor that no program which is started later keeps open; the caller closes it.
func listen(on port: FreePort, backlog: Int32 = 64) throws -> Int32 {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    FreePort.allowReuse(listener)
    var address = FreePort.loopback(port: UInt16(port.number))
    let isListening = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(listener, backlog) == 0
        }
    }
    guard isListening else {
        let code = errno
        close(listener)
        throw FixtureError("cannot listen on port \(port.number): errno \(code)")
    }
    return listener
}

/// Waits for a connection, which no program that is started later keeps open.
///
/// - Returns: its descriptor; negative when the listener is gone.
func acceptConnection(on listener: Int32) -> Int32 {
    let connection = accept(listener, nil, nil)
    if connection >= 0 { _ = fcntl(connection, F_SETFD, FD_CLOEXEC) }
    return connection
}
