internal import Glibc

/// Waits for a connection, which no program that is started later keeps open.
///
/// - Returns: its descriptor; negative when the listener is gone.
func acceptConnection(on listener: Int32) -> Int32 {
    let connection = accept(listener, nil, nil)
    if connection >= 0 { _ = fcntl(connection, F_SETFD, FD_CLOEXEC) }
    return connection
}
