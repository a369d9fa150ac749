internal import Foundation
internal import Synchronization

/// An HTTP server whose every byte a test decides, for what no real server does: one answer per connection.
package final class ScriptedServer: Sendable {
    package struct Request: Sendable {
        /// Such as `GET`.
        package let method: String
        /// Path and query as they were sent.
        package let target: String
        /// Lower-case names.
        package let headers: [String: String]
        package let body: [UInt8]
    }

    /// `http://127.0.0.1:PORT`
    package let url: String
    private let listener: Int32
    private let seen = Mutex<[Request]>([])

    /// - Parameter answer: gives the bytes of the answer to each request, which are sent as they are; the second
    ///   argument counts from 0.
    package init(_ answer: @escaping @Sendable (Request, Int) -> [UInt8]) throws {
        let port = try FreePort()
        let listener = try listen(on: port)
        self.listener = listener
        url = "http://127.0.0.1:\(port.number)"
        // Blocking calls on a thread of its own, which ends when the listener does.
        Thread { [weak self] in
            // Closed by the one who uses it: its number may be somebody else's at once.
            defer { close(listener) }
            while true {
                let connection = acceptConnection(on: listener)
                guard connection >= 0 else { return }
                defer { close(connection) }
                guard let request = Self.read(connection), let number = self?.note(request) else { continue }
                Self.send(answer(request, number), to: connection)
            }
        }.start()
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// All requests so far.
    package var requests: [Request] { seen.withLock { $0 } }

    /// A complete answer, its length announced.
    ///
    /// - Parameter announced: what `Content-Length` says; nil for the truth.
    package static func answer(
        _ body: some Sequence<UInt8>, status: Int = 200, announced: Int? = nil, headers: [String] = []
    ) -> [UInt8] {
        let body = Array(body)
        let lines =
            ["HTTP/1.1 \(status) Scripted", "Connection: close", "Content-Length: \(announced ?? body.count)"] + headers
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }

    package static func answer(
        _ body: String, status: Int = 200, announced: Int? = nil, headers: [String] = []
    ) -> [UInt8] {
        answer(body.utf8, status: status, announced: announced, headers: headers)
    }

    private func note(_ request: Request) -> Int {
        seen.withLock { seen in
            seen.append(request)
            return seen.count - 1
        }
    }

    private static func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4_096)
        // Byte by byte: what follows the head is the body.
        while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            let count = recv(connection, &piece, 1, 0)
            guard count > 0 else { return nil }
            bytes += piece.prefix(count)
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (parts[0].lowercased(), parts.dropFirst().joined().trimmingCharacters(in: .whitespaces))
        }
        let headers = Dictionary(fields, uniquingKeysWith: { first, _ in first })
        var body: [UInt8] = []
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while body.count < length {
            let count = recv(connection, &piece, min(piece.count, length - body.count), 0)
            guard count > 0 else { return nil }
            body += piece.prefix(count)
        }
        return Request(method: String(words[0]), target: String(words[1]), headers: headers, body: body)
    }

    private static func send(_ bytes: [UInt8], to connection: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
