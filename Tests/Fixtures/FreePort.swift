internal import Glibc
private import Synchronization

/// A TCP port of 127.0.0.1 that nobody listened on a moment ago.
package struct FreePort: Sendable, Hashable {
    package let number: Int

    /// Ports below those that the system gives to connections by itself (ip(7), `ip_local_port_range`): of these, one
    /// could be taken again before its server listens.
    private static let range = 16_384..<32_768
    /// Each process begins somewhere else, and no port is given twice.
    private static let next = Mutex(Int.random(in: range))

    package init() throws {
        for _ in Self.range {
            let number = Self.next.withLock { next in
                defer { next = Self.range.contains(next + 1) ? next + 1 : Self.range.lowerBound }
                return next
            }
            if try Self.isFree(number) {
                self.number = number
                return
            }
        }
        throw FixtureError("no port of 127.0.0.1 is free")
    }

    private static func isFree(_ number: Int) throws -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw FixtureError("cannot make a socket: errno \(errno)") }
        defer { close(socket) }
        allowReuse(socket)
        var address = loopback(port: UInt16(number))
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// A port that somebody listens on.
    package init(number: Int) { self.number = number }

    /// Whether somebody accepts connections on the port now.
    package var isOpen: Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var address = Self.loopback(port: UInt16(number))
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// A process that another thread is just starting has a copy of every socket until it becomes another program. With
    /// this, only a copy that listens keeps others from the port.
    static func allowReuse(_ socket: Int32) {
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }
}
