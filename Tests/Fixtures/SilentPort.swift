internal import Glibc

/// A loopback port that takes connections and never says anything.
package final class SilentPort: Sendable {
    package let port: FreePort
    private let listener: Int32

    package init() throws {
        port = try FreePort()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = FreePort.loopback(port: UInt16(port.number))
        // The system takes the connections; nobody reads from them.
        let isListening = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(listener, 64) == 0
            }
        }
        guard isListening else { throw FixtureError("cannot listen on port \(port.number): errno \(errno)") }
    }

    deinit { close(listener) }
}
