import Crypto
import Fixtures
import Foundation
import Model
import Synchronization
import Testing

@testable import Backends

/// Servers that keep a sum of each object, and send it along.
@Suite struct S3ChecksumTests {
    private static func base64(_ bytes: some Sequence<UInt8>) -> String { Data(bytes).base64EncodedString() }

    /// The check values of the catalogue for "123456789".
    @Test(arguments: [
        ("crc32", "CBF43926"), ("crc32c", "E3069283"), ("crc64nvme", "AE8B14860A799888"),
        ("sha1", "F7C3BC1D808E04732ADF679965CCC34CA7AE3441"),
        ("sha256", "15E2B0D3C33891EBB0F1EF609EC419420C20E320CE94C65FBC8C3312448EB225"),
    ])
    func `a sum is the one that is published`(name: String, sum: String) throws {
        let bytes = stride(from: 0, to: sum.count, by: 2).map { offset in
            UInt8(sum.dropFirst(offset).prefix(2), radix: 16) ?? 0
        }
        let headers: HTTPHeaders = ["x-amz-checksum-\(name)": Self.base64(bytes)]
        var checksum = try #require(S3Checksum(headers))
        for piece in ["1234", "", "56789"] {
            #expect(!checksum.isRight)
            Array(piece.utf8).withUnsafeBytes { checksum.update($0) }
        }
        #expect(checksum.isRight)
        Array("0".utf8).withUnsafeBytes { checksum.update($0) }
        #expect(!checksum.isRight)
    }

    @Test(
        arguments: [
            ["x-amz-checksum-crc32": "y/Q5Jg==", "x-amz-checksum-type": "COMPOSITE"],
            ["x-amz-checksum-crc32": "y/Q5Jg==-3"],
            ["x-amz-checksum-crc32": "y/Q5"], ["x-amz-checksum-md4": "y/Q5Jg=="],
            ["etag": "\"202cb962ac59075b964b07152d234b70\""],
        ] as [[String: String]])
    func `what is not the sum of a whole object is not compared`(_ fields: [String: String]) {
        var headers = HTTPHeaders()
        for (name, value) in fields { headers.append(name, value) }
        #expect(S3Checksum(headers) == nil)
    }

    /// A server with one object, the page of its listing apart.
    private func server(
        size: Int, _ answer: @escaping @Sendable (ScriptedServer.Request, Int) -> [UInt8]
    ) throws -> ScriptedServer {
        try ScriptedServer { request, number in
            guard number > 0 else {
                return ScriptedServer.answer(
                    "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key><ETag>e</ETag>"
                        + "<Size>\(size)</Size></Contents></ListBucketResult>")
            }
            return answer(request, number)
        }
    }

    private func opened(_ server: ScriptedServer) async throws -> (any Snapshot, RemoteFile) {
        let backend = S3Backend(
            try S3Location(SourceURL(server.url + "/bucket")),
            credentials: S3Credentials(accessKey: "A", secretKey: "B"),
            retry: RetryPolicy(attempts: 4, patientAttempts: 4, firstPause: .milliseconds(1)))
        let snapshot = try await backend.snapshot(FileSelection())
        return (snapshot, try #require(try await snapshot.drain().files.first))
    }

    @Test func `the sum is asked for under the signature`() async throws {
        let server = try server(size: 1) { _, _ in ScriptedServer.answer("x") }
        let (snapshot, file) = try await opened(server)
        _ = try await snapshot.content(of: file)
        #expect(server.requests[0].headers["x-amz-checksum-mode"] == nil)
        #expect(server.requests[1].headers["x-amz-checksum-mode"] == "ENABLED")
        #expect(server.requests[1].headers["authorization"]?.contains("x-amz-checksum-mode") == true)
    }

    @Test func `content that was spoilt on the way is asked for again before anybody sees it`() async throws {
        let sum = "x-amz-checksum-sha256: " + Self.base64(SHA256.hash(data: Array("right".utf8)))
        let server = try server(size: 5) { _, number in
            ScriptedServer.answer(number < 3 ? "wrong" : "right", headers: [sum])
        }
        let (snapshot, file) = try await opened(server)
        #expect(try await snapshot.content(of: file) == Array("right".utf8))
        #expect(server.requests.count == 1 + 3)
    }

    @Test func `content that stays other than its sum is lost alone, and says so`() async throws {
        let sum = "x-amz-checksum-crc32: AAAAAA=="
        let large = [UInt8](repeating: 7, count: 600_000)
        for (size, content, tries) in [(5, Array("wrong".utf8), 4), (large.count, large, 1)] {
            let server = try server(size: size) { _, _ in ScriptedServer.answer(content, headers: [sum]) }
            let (snapshot, file) = try await opened(server)
            let problem = try await #require(throws: FileProblem.self) {
                try await snapshot.read(file) { _ in }
            }
            #expect(problem.kind == .unreadable && problem.reason.contains("checksum"), "\(problem)")
            #expect(server.requests.count == 1 + tries)
        }
    }

    @Test func `a large object that came in two parts is compared as a whole`() async throws {
        let content = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 >> 6) }
        let sum = "x-amz-checksum-sha256: " + Self.base64(SHA256.hash(data: content))
        let server = try server(size: content.count) { request, number in
            guard number > 1 else {
                return ScriptedServer.answer(content.prefix(600_000), announced: content.count, headers: [sum])
            }
            let start = request.headers["range"].flatMap { Int($0.dropFirst(6).dropLast()) } ?? 0
            var rest = content.dropFirst(start)
            // A bit flips in the second part.
            rest[rest.endIndex - 1] ^= 1
            return ScriptedServer.answer(
                rest, status: 206, headers: ["Content-Range: bytes \(start)-999999/1000000"])
        }
        let (snapshot, file) = try await opened(server)
        // What had come before was passed on already, so that there is no way back.
        await #expect(throws: FileProblem.self) { try await snapshot.content(of: file) }
    }
}
