internal import Glibc

/// A loopback port that takes connections and never says anything.
package final class SilentPort: Sendable {
    package let port: FreePort
    private let listener: Int32

    package init() throws {
        port = try FreePort()
        // The system takes the connections; nobody reads from them.
        listener = try listen(on: port)
    }

    deinit { close(listener) }
}
