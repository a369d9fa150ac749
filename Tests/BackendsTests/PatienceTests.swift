import Backends
import Fixtures
import Model
import Testing

/// Timeouts against sockets that really do not answer, and cancelling while one waits for them.
@Suite struct PatienceTests {
    /// Where a connection comes to a stop, each with the setting that ends the wait.
    enum Stop: CaseIterable, CustomTestStringConvertible {
        case connecting, handshake, proxyConnecting, proxyTunnel, proxyHandshake, socks, answer, body

        var testDescription: String { "\(self)" }
    }

    private static let body =
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n"
        + "Content-Length: 1000\r\n\r\n001e"

    /// What a source has to be to stop there, and a wait until it has.
    private func stop(
        _ stop: Stop
    ) throws -> (url: String, parameters: [String: String], hasStopped: @Sendable () async throws -> Void) {
        let https = "https://git.example.net/core.git"
        switch stop {
        case .connecting:
            let full = try FullPort()
            return ("http://127.0.0.1:\(full.port.number)/core.git", [:], { try await full.isKnockedAt() })
        case .proxyConnecting:
            let full = try FullPort()
            return (https, ["proxy": "http://127.0.0.1:\(full.port.number)"], { try await full.isKnockedAt() })
        case .handshake, .proxyTunnel, .proxyHandshake, .socks, .answer:
            let server = try SilentServer()
            let place = "127.0.0.1:\(server.port.number)"
            let (url, parameters): (String, [String: String]) =
                switch stop {
                case .handshake: ("https://\(place)/core.git", [:])
                case .proxyTunnel: (https, ["proxy": "http://\(place)"])
                case .proxyHandshake: (https, ["proxy": "https://\(place)"])
                case .socks: (https, ["proxy": "socks5h://\(place)"])
                default: ("http://\(place)/core.git", [:])
                }
            return (url, parameters, { try await server.hears() })
        case .body:
            let server = try SilentServer(greeting: Self.body)
            return ("http://127.0.0.1:\(server.port.number)/core.git", [:], { try await server.hears() })
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: Stop.allCases)
    func `a wait ends in time, and the error names the setting that ends it`(_ it: Stop) async throws {
        let (url, parameters, hasStopped) = try stop(it)
        let patience = ["connect_timeout": "300ms", "stall_time": "1s"]
        let error = try await Connecting.failure(url, parameters.merging(patience) { $1 })
        withExtendedLifetime(hasStopped) {}
        switch it {
        case .connecting, .handshake:
            #expect(error?.cause == .timeout)
            #expect(error?.advice?.contains("`connect_timeout`") == true, "\(error as Any)")
        case .proxyConnecting, .proxyTunnel, .proxyHandshake, .socks:
            #expect(error?.cause == .proxy)
            #expect(error?.advice?.contains("`connect_timeout`") == true, "\(error as Any)")
        case .answer, .body:
            #expect(error?.cause == .timeout)
            #expect(error?.advice?.contains("`stall_time`") == true, "\(error as Any)")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a request that takes too long as a whole names that setting`() async throws {
        let server = try SilentServer(greeting: Self.body)
        let error = try await Connecting.failure(
            "http://127.0.0.1:\(server.port.number)/core.git", ["total_timeout": "300ms"])
        #expect(error?.cause == .timeout)
        #expect(error?.advice?.contains("`total_timeout`") == true, "\(error as Any)")
    }

    @Test(.timeLimit(.minutes(1)), arguments: Stop.allCases)
    func `cancelling ends any wait at once`(_ it: Stop) async throws {
        let (url, parameters, hasStopped) = try stop(it)
        let cache = try TemporaryFolder()
        let backend = try Connecting.backend(
            url, parameters.merging(["connect_timeout": "1h", "stall_time": "1h"]) { $1 }, cache: cache)
        let task = Task { try await backend.currentRevision() }
        try await hasStopped()
        let start = ContinuousClock.now
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(ContinuousClock.now - start < .seconds(5))
    }
}
