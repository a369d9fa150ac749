import Backends
import Fixtures
import Foundation
import Model
import Testing

/// Real servers under load, behind a proxy that turns requests away as they would.
@Suite struct PressureTests {
    private static let slowDown = """
        HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nConnection: close\r\n\r\n\
        <Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>
        """

    private static func tooMany(after seconds: Int) -> String {
        "HTTP/1.1 429 Too Many Requests\r\nRetry-After: \(seconds)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    }

    @Test func `a bucket that turns most requests away is replicated all the same`() async throws {
        let radosgw = try await Radosgw.shared()
        let bucket = try S3Bucket(on: radosgw)
        let names = (0..<60).map { "t/\($0).j2" }
        try bucket.put(Dictionary(uniqueKeysWithValues: names.map { ($0, Array("of \($0)".utf8)) }))
        let proxy = try FaultyProxy(to: try #require(URL(string: radosgw.endpoint)?.port))
        var http = HTTPSettings()
        http.parallelTransfers = 32
        let backend = S3Backend(
            try S3Location(SourceURL(proxy.url + "/" + bucket.name)),
            credentials: S3Credentials(accessKey: radosgw.accessKey, secretKey: radosgw.secretKey), http: http,
            retry: RetryPolicy(patientAttempts: 100, firstPause: .milliseconds(1)))
        proxy.set(.answersFirst(3, Self.slowDown))
        let snapshot = try await backend.snapshot(FileSelection())
        let files = try await snapshot.drain().files
        #expect(files.count == 60)
        // Twice as many as are under way at once: each of them is turned away, and then the half of them again.
        proxy.set(.answersFirst(64, Self.slowDown))
        let contents = try await withThrowingTaskGroup(of: (String, [UInt8]).self) { group in
            for file in files {
                group.addTask { (file.path.string, try await snapshot.content(of: file)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(contents == Dictionary(uniqueKeysWithValues: names.map { ($0, Array("of \($0)".utf8)) }))
        // At least once each of those under way. The first that is let through keeps its connection, and how many of
        // the others still come over new ones is a matter of chance.
        #expect(proxy.connectionCount > 3 + 32)
    }

    @Test func `a git server that asks for a pause gets it`() async throws {
        let fixture = try GitFixture()
        _ = try fixture.server.repository { commit("a.j2", "1") }
        let proxy = try FaultyProxy(to: fixture.server.web.port.number)
        proxy.set(.answersFirst(2, Self.tooMany(after: 0)))
        #expect(try await fixture.replica(proxy.url + "/core.git").files == ["a.j2": "1"])
        #expect(proxy.connectionCount > 2)
    }

    @Test func `a git server that asks for a pause of an hour is left alone, and the error says so`() async throws {
        let fixture = try GitFixture()
        let proxy = try FaultyProxy(to: fixture.server.web.port.number)
        proxy.set(.answers(Self.tooMany(after: 3_600)))
        let error = try await #require(throws: BackendError.self) {
            try await fixture.backend(proxy.url + "/core.git").currentRevision()
        }
        #expect(error.cause == .unavailable && error.retry == .later)
        #expect(error.reason.contains("429") && error.advice?.contains("3600 s") == true, "\(error)")
        #expect(proxy.connectionCount == 1)
    }
}
