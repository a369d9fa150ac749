internal import Foundation
internal import Synchronization

/// A way to a server that breaks when told to: it passes TCP on, and spoils what the server says.
package final class FaultyProxy: Sendable {
    package enum Fault: Sendable, Equatable {
        case none
        /// The connection is reset after so many bytes of the server's.
        case breaks(afterBytes: Int)
        /// The server's words end there, politely.
        case ends(afterBytes: Int)
        /// One bit of that byte of the server's is another.
        case flips(byte: Int)
        /// Each piece of the server's waits so long.
        case delays(milliseconds: Int)
        /// This is sent in place of the server's answer to each connection's first request.
        case answers(String)
        /// The same for so many connections, made from now on; later ones pass.
        case answersFirst(Int, String)
    }

    package let port: FreePort
    private let target: Int
    private let listener: Int32
    private let fault = Mutex(Fault.none)
    private let connections = Atomic(0)
    private let passed = Tally()

    private final class Tally: Sendable {
        let bytes = Atomic(0)
        let requests = Mutex<[String]>([])
    }

    /// - Parameter target: a port of 127.0.0.1.
    package init(to target: Int) throws {
        self.target = target
        port = try FreePort()
        let listener = try listen(on: port)
        self.listener = listener
        // Blocking calls on threads of their own, which end when their sockets do.
        Thread { [weak self] in
            // Closed by the one who uses it: its number may be somebody else's at once.
            defer { close(listener) }
            while true {
                let client = acceptConnection(on: listener)
                guard client >= 0 else { return }
                guard let proxy = self else { close(client); return }
                proxy.connections.add(1, ordering: .relaxed)
                let (fault, target, passed) = (proxy.next(), proxy.target, proxy.passed)
                Thread {
                    Self.serve(client, target, fault, passed)
                }.start()
            }
        }.start()
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    package var url: String { "http://127.0.0.1:\(port.number)" }

    /// What happens to connections that are made from now on.
    package func set(_ fault: Fault) { self.fault.withLock { $0 = fault } }

    /// What happens to a connection that is made now.
    private func next() -> Fault {
        fault.withLock { fault in
            guard case .answersFirst(let count, let text) = fault else { return fault }
            fault = count > 1 ? .answersFirst(count - 1, text) : .none
            return .answers(text)
        }
    }

    package var connectionCount: Int { connections.load(ordering: .relaxed) }

    /// Bytes that came from the server so far.
    package var bytesPassed: Int { passed.bytes.load(ordering: .relaxed) }

    /// The first line of each HTTP request so far, as `GET /path?query HTTP/1.1`.
    package var requests: [String] { passed.requests.withLock { $0 } }

    private static func serve(_ client: Int32, _ target: Int, _ fault: Fault, _ passed: Tally) {
        if case .answers(let text) = fault {
            var piece = [UInt8](repeating: 0, count: 65_536)
            _ = recv(client, &piece, piece.count, 0)
            _ = text.withCString { Glibc.send(client, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
            shutdown(client, Int32(SHUT_WR))
            while recv(client, &piece, piece.count, 0) > 0 {}
            close(client)
            return
        }
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = FreePort.loopback(port: UInt16(target))
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { close(client); close(server); return }
        let upwardEnded = DispatchSemaphore(value: 0)
        Thread {
            defer { upwardEnded.signal() }
            var piece = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = recv(client, &piece, piece.count, 0)
                // A client that waits for each answer begins a request with a piece of its own.
                if let line = requestLine(piece.prefix(max(0, count))) { passed.requests.withLock { $0.append(line) } }
                guard count > 0, sendAll(server, piece[..<count]) else { break }
            }
            shutdown(server, Int32(SHUT_WR))
        }.start()
        let isReset = pass(from: server, to: client, fault) { passed.bytes.add($0, ordering: .relaxed) }
        if isReset {
            // With nothing to linger for, closing sends a reset.
            var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
            setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        }
        shutdown(server, Int32(SHUT_RDWR))
        shutdown(client, Int32(isReset ? SHUT_RD : SHUT_RDWR))
        // Closed when nobody uses them: their numbers may be somebody else's at once.
        upwardEnded.wait()
        close(client)
        close(server)
    }

    private static func requestLine(_ piece: ArraySlice<UInt8>) -> String? {
        let line = String(decoding: piece.prefix { $0 != 13 && $0 != 10 }.prefix(8_192), as: UTF8.self)
        return line.contains(" HTTP/1.") && ["GET ", "PUT ", "POST ", "HEAD "].contains { line.hasPrefix($0) }
            ? line : nil
    }

    /// - Returns: whether the client's connection is to be reset.
    private static func pass(
        from server: Int32, to client: Int32, _ fault: Fault, _ note: (Int) -> Void
    ) -> Bool {
        var piece = [UInt8](repeating: 0, count: 16_384)
        var passed = 0
        while true {
            let count = recv(server, &piece, piece.count, 0)
            guard count > 0 else { return false }
            note(count)
            switch fault {
            case .breaks(let limit), .ends(let limit):
                let room = max(0, limit - passed)
                if count >= room {
                    _ = sendAll(client, piece[..<min(room, count)])
                    if case .breaks = fault { return true }
                    return false
                }
            case .flips(let byte):
                if passed..<(passed + count) ~= byte { piece[byte - passed] ^= 1 }
            case .delays(let milliseconds): usleep(UInt32(milliseconds) * 1_000)
            case .none, .answers, .answersFirst: break
            }
            guard sendAll(client, piece[..<count]) else { return false }
            passed += count
        }
    }

    private static func sendAll(_ socket: Int32, _ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
