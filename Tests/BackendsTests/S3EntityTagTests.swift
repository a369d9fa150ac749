import Crypto
import Fixtures
import Foundation
import Model
import Synchronization
import Testing

@testable import Backends

/// What an object's ETag says about the content that comes.
@Suite struct S3EntityTagTests {
    private static func md5(_ text: String) -> String {
        Hexadecimal.text(of: Insecure.MD5.hash(data: Array(text.utf8)))
    }

    /// An object that was listed, and the server, which ends with its last owner.
    private struct Listed {
        let server: ScriptedServer
        let snapshot: any Snapshot
        let file: RemoteFile

        func content() async throws -> [UInt8] { try await snapshot.content(of: file) }
    }

    /// A server with one object under `tag`, asked without credentials.
    private func opened(
        _ tag: String, size: Int, extras: S3Extras = S3Extras(),
        _ answer: @escaping @Sendable (_ number: Int) -> [UInt8]
    ) async throws -> Listed {
        let server = try ScriptedServer { _, number in
            guard number == 0 else { return answer(number) }
            return ScriptedServer.answer(
                "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key><ETag>\"\(tag)\"</ETag>"
                    + "<Size>\(size)</Size></Contents></ListBucketResult>")
        }
        let backend = S3Backend(
            try S3Location(SourceURL(server.url + "/bucket")), credentials: nil, extras: extras,
            retry: RetryPolicy(attempts: 4, patientAttempts: 4, firstPause: .milliseconds(1)))
        let snapshot = try await backend.snapshot(FileSelection())
        let file = try #require(try await snapshot.drain().files.first)
        return Listed(server: server, snapshot: snapshot, file: file)
    }

    @Test func `an object that comes under another ETag than it was listed with has changed`() async throws {
        let object = try await opened("one", size: 3) { _ in
            ScriptedServer.answer("new", headers: ["ETag: \"two\""])
        }
        let delivered = Atomic(0)
        let problem = try await #require(throws: FileProblem.self) {
            try await object.snapshot.read(object.file) { delivered.add($0.count, ordering: .relaxed) }
        }
        #expect(problem.kind == .vanished && problem.reason == "it changed since it was listed")
        #expect(delivered.load(ordering: .relaxed) == 0)
        #expect(object.server.requests.count == 2)
    }

    @Test(arguments: ["ETag: \"one\"", "ETag: W/\"one\"", "ETag: one", "X: y"])
    func `an object under the ETag that was listed, however it is written, is the one`(_ header: String) async throws {
        let object = try await opened("one", size: 3) { _ in
            ScriptedServer.answer("new", headers: [header])
        }
        #expect(try await object.content() == Array("new".utf8))
    }

    @Test func `content that is not what its ETag says is fetched again once`() async throws {
        let object = try await opened(Self.md5("right"), size: 5) { number in
            ScriptedServer.answer(number == 1 ? "wrong" : "right")
        }
        #expect(try await object.content() == Array("right".utf8))
        #expect(object.server.requests.count == 1 + 2)
    }

    @Test func `content that stays other than its ETag is lost alone, and says which setting to see to`() async throws {
        let large = String(repeating: "x", count: 600_000)
        for (content, requests) in [("wrong", 2), (large, 1)] {
            let tag = Self.md5("right").uppercased()
            let object = try await opened(tag, size: content.utf8.count) { _ in
                ScriptedServer.answer(content)
            }
            let problem = try await #require(throws: FileProblem.self) {
                try await object.snapshot.read(object.file) { _ in }
            }
            #expect(problem.kind == .unreadable)
            #expect(problem.reason.contains("does not match its ETag") && problem.reason.contains("\"etag_is_md5\""))
            #expect(object.server.requests.count == 1 + requests)
        }
    }

    @Test(arguments: [
        "x-amz-server-side-encryption: aws:kms", "x-amz-server-side-encryption: aws:kms:dsse",
        "x-amz-server-side-encryption-customer-algorithm: AES256",
    ])
    func `the ETag of an encrypted object is no MD5 of its content`(_ header: String) async throws {
        let object = try await opened(Self.md5("right"), size: 5) { _ in
            ScriptedServer.answer("other", headers: [header])
        }
        #expect(try await object.content() == Array("other".utf8))
    }

    @Test func `with a key that the server keeps, the ETag is the MD5`() async throws {
        let object = try await opened(Self.md5("right"), size: 5) { _ in
            ScriptedServer.answer("other", headers: ["x-amz-server-side-encryption: AES256"])
        }
        await #expect(throws: FileProblem.self) { try await object.content() }
    }

    @Test(arguments: [
        "00000000000000000000000000000000-2", "0000000000000000000000000000000", "000000000000000000000000000000000",
        "0000000000000000000000000000000g",
    ])
    func `what does not look like an MD5 is not compared`(_ tag: String) async throws {
        let object = try await opened(tag, size: 5) { _ in ScriptedServer.answer("other") }
        #expect(try await object.content() == Array("other".utf8))
    }

    @Test func `a server whose ETags only look like MD5 sums can be named as one`() async throws {
        var extras = S3Extras()
        extras.entityTagIsMD5 = false
        let object = try await opened(Self.md5("right"), size: 5, extras: extras) { _ in
            ScriptedServer.answer("other")
        }
        #expect(try await object.content() == Array("other".utf8))
    }

    @Test func `a sum that the server keeps counts for more than the ETag`() async throws {
        let sum = Data(SHA256.hash(data: Array("other".utf8))).base64EncodedString()
        let object = try await opened(Self.md5("right"), size: 5) { _ in
            ScriptedServer.answer("other", headers: ["x-amz-checksum-sha256: \(sum)"])
        }
        #expect(try await object.content() == Array("other".utf8))
    }
}
