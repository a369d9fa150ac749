internal import Foundation
internal import Synchronization

/// A listener that accepts connections, reads what comes, and never answers.
package final class SilentServer: Sendable {
    package let port: FreePort
    private let listener: Int32
    private let hasHeard = Atomic(false)

    /// - Parameter greeting: what it sends before it falls silent; "" for nothing.
    package init(greeting: String = "") throws {
        port = try FreePort()
        let listener = try listen(on: port, backlog: 16)
        self.listener = listener
        Thread { [weak self] in
            // Closed by the one who uses it: its number may be somebody else's at once.
            defer { close(listener) }
            var connections: [Int32] = []
            while true {
                let connection = acceptConnection(on: listener)
                guard connection >= 0 else { break }
                connections.append(connection)
                var byte: UInt8 = 0
                guard recv(connection, &byte, 1, 0) == 1 else { continue }
                if !greeting.isEmpty { _ = send(connection, greeting, greeting.utf8.count, Int32(MSG_NOSIGNAL)) }
                self?.hasHeard.store(true, ordering: .releasing)
            }
            connections.forEach { close($0) }
        }.start()
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// Waits until somebody has sent something.
    package func hears() async throws {
        let end = ContinuousClock.now + .seconds(30)
        while !hasHeard.load(ordering: .acquiring) {
            guard ContinuousClock.now < end else { throw FixtureError("nobody sent anything to the silent server") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// A port where connecting never ends: its queue of connections is full, and the kernel drops whatever comes.
package final class FullPort: Sendable {
    package let port: FreePort
    private let sockets: [Int32]
    /// How many of the connecting sockets are our own.
    private let own: Int

    package init() throws {
        port = try FreePort()
        var sockets = [try listen(on: port, backlog: 0)]
        var address = FreePort.loopback(port: UInt16(port.number))
        for _ in 0..<8 {
            let socket = socket(
                AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
            sockets.append(socket)
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        self.sockets = sockets
        own = Self.knocks(port)
    }

    deinit { sockets.forEach { close($0) } }

    /// Waits until somebody else tries to connect.
    package func isKnockedAt() async throws {
        let end = ContinuousClock.now + .seconds(30)
        while Self.knocks(port) <= own {
            guard ContinuousClock.now < end else { throw FixtureError("nobody tried to connect to the full port") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// How many sockets of this machine are connecting to the port: state 2, SYN_SENT.
    private static func knocks(_ port: FreePort) -> Int {
        // Piece by piece to the end: the table has no size, and Foundation takes its first page for all of it.
        let file = open("/proc/net/tcp", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var table: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(file, &piece, piece.count), count > 0 { table += piece.prefix(count) }
        let place = String(format: "0100007F:%04X 02", port.number)
        return String(decoding: table, as: UTF8.self).split(separator: "\n").count { $0.contains(place) }
    }
}
