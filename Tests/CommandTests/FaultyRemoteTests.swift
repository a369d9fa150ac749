import Fixtures
import Foundation
import Model
import Testing

/// Remotes that break, lie or dawdle cost a sync, never a file; and once they behave, the store is what a clean run
/// would have made it.
///
/// `SLUICE_FAULT_POINTS=40` sets at how many points a conversation is broken; without it, few enough for every run of
/// the tests.
struct FaultyRemoteTests {
    /// A source behind a proxy, synced once, whose remote has moved on since.
    private struct Case {
        let program: Program
        let proxy: FaultyProxy
        let before: String
        let after: String

        func listing() throws -> String { try program.sluice("file", "list", "it", "--format", "json").output }

        /// Tries a sync under `fault`: it fails and changes nothing, or succeeds and brings all.
        func sync(under fault: FaultyProxy.Fault, mayThrive: Bool) throws {
            proxy.set(fault)
            let known = try listing()
            let result = try program.sluice("sync", "it")
            if result.status == 0 || result.status == 3 {
                #expect(mayThrive, "\(fault): the sync should have failed: \(result.output)")
                return
            }
            #expect(result.status == 1, "\(fault)")
            #expect(result.talk.contains("\"it\""), "\(fault): the error does not name the source: \(result.talk)")
            #expect(try digests(listing()) == digests(known), "\(fault): files changed although the sync failed")
        }

        func recover() throws {
            proxy.set(.none)
            let result = try program.sluice("sync", "it")
            #expect(result.status == 0, "after the fault was lifted: \(result.talk)")
            #expect(try digests(listing()) == digests(after), "the store is not what a clean run makes it")
            #expect(try program.sluice("check").status == 0)
        }

        func digests(_ listing: String) throws -> [String: String] {
            guard case .array(let files) = try JSONParser.parse(listing.utf8) else { return [:] }
            return Dictionary(files.map { ("\($0["path"] ?? .null)", "\($0["hash"] ?? .null)") }) { first, _ in first }
        }
    }

    private static let impatient = [
        "--set", "connect_timeout=2s", "--set", "stall_time=2s", "--set", "total_timeout=5s",
    ]

    private func gitCase() throws -> (Case, GitServer, bytes: Int) {
        let server = try GitServer()
        let repository = try server.repository { commit("README", "begin") }
        let files = (0..<60).map { ("t/\($0).j2", "\($0) " + String(repeating: "x\($0)", count: 50)) }
        _ = try repository.commit(Dictionary(uniqueKeysWithValues: files))
        return try prepare(
            port: server.web.port.number, add: ["--type", "git"], path: "/core.git", server
        ) {
            _ = try repository.git("rm", "-q", "t/7.j2")
            _ = try repository.commit(["t/3.j2": "changed", "new.j2": String(repeating: "new ", count: 3_000)])
        }
    }

    private func bucketCase() async throws -> (Case, S3Bucket, bytes: Int) {
        let radosgw = try await Radosgw.shared()
        let bucket = try S3Bucket(on: radosgw)
        var objects: [String: [UInt8]] = [:]
        for index in 0..<60 { objects["t/\(index).j2"] = Array("\(index) of the bucket".utf8) }
        try bucket.hold(objects)
        let credentials = [
            "--set", "aws_access_key_id=\(radosgw.accessKey)", "--set", "aws_secret_access_key=\(radosgw.secretKey)",
        ]
        let port = try #require(URL(string: radosgw.endpoint)?.port)
        return try prepare(port: port, add: ["--type", "amazon-s3"] + credentials, path: "/\(bucket.name)", bucket) {
            objects["t/7.j2"] = nil
            objects["t/3.j2"] = Array("changed".utf8)
            objects["new.j2"] = Array(String(repeating: "new ", count: 3_000).utf8)
            try bucket.hold(objects)
        }
    }

    private func prepare<Server>(
        port: Int, add: [String], path: String, _ server: Server, change: () throws -> Void
    ) throws -> (Case, Server, bytes: Int) {
        let proxy = try FaultyProxy(to: port)
        let program = try Program()
        let added = try program.run(
            ["source", "add", "it", "--url", proxy.url + path] + add + Self.impatient)
        #expect(added.status == 0, "\(added.talk)")
        #expect(try program.sluice("sync", "it").status == 0)
        let before = try program.sluice("file", "list", "it", "--format", "json").output
        try change()
        // What a clean run makes of it, and how much it transfers, tells a store of its own.
        let clean = try Program()
        _ = try clean.run(["source", "add", "it", "--url", proxy.url + path] + add)
        let start = proxy.bytesPassed
        #expect(try clean.sluice("sync", "it").status == 0)
        let after = try clean.sluice("file", "list", "it", "--format", "json").output
        return (
            Case(program: program, proxy: proxy, before: before, after: after), server,
            bytes: proxy.bytesPassed - start
        )
    }

    /// Points at which a conversation of so many bytes is broken: all of the beginning, and spread over the rest.
    private static func points(_ bytes: Int, random: inout SeededRandom) -> [Int] {
        let count = ProcessInfo.processInfo.environment["SLUICE_FAULT_POINTS"].flatMap { Int($0) } ?? 5
        return [0, 17] + (0..<count).map { bytes * $0 / count + Int.random(in: 0...(bytes / count), using: &random) }
    }

    @Test func `a git server that breaks off anywhere costs nothing`() throws {
        var random = SeededRandom(seed: 41)
        let (remote, server, bytes) = try gitCase()
        for point in Self.points(bytes, random: &random) {
            try remote.sync(under: .breaks(afterBytes: point), mayThrive: point > 400)
            try remote.sync(under: .ends(afterBytes: point), mayThrive: point > 400)
        }
        try remote.recover()
        withExtendedLifetime(server) {}
    }

    @Test func `a bucket that breaks off anywhere costs nothing`() async throws {
        var random = SeededRandom(seed: 42)
        let (remote, bucket, bytes) = try await bucketCase()
        for point in Self.points(bytes, random: &random) {
            try remote.sync(under: .breaks(afterBytes: point), mayThrive: point > 400)
        }
        try remote.recover()
        withExtendedLifetime(bucket) {}
    }

    /// What a server, or a proxy before it, may say instead of an answer.
    private static let nonsense = [
        "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops",
        """
        HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nConnection: close\r\n\r\n\
        <Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>
        """,
        "HTTP/1.1 302 Found\r\nLocation: /around\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html><body>Please log in</body></html>",
        "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 9999\r\nConnection: close\r\n\r\n<List",
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-result\r\nConnection: close\r\n\r\n0008NAK\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "garbage\u{1}\u{2}\r\n\r\n", "",
    ]

    @Test func `an answer of a git server that is none changes nothing`() throws {
        let (git, server, _) = try gitCase()
        for answer in Self.nonsense { try git.sync(under: .answers(answer), mayThrive: false) }
        try git.recover()
        withExtendedLifetime(server) {}
    }

    @Test func `an answer of a bucket that is none changes nothing`() async throws {
        let (bucket, objects, _) = try await bucketCase()
        for answer in Self.nonsense { try bucket.sync(under: .answers(answer), mayThrive: false) }
        try bucket.recover()
        withExtendedLifetime(objects) {}
    }

    @Test func `a slow remote is waited for`() async throws {
        let (git, server, _) = try gitCase()
        try git.sync(under: .delays(milliseconds: 30), mayThrive: true)
        try git.recover()
        let (bucket, objects, _) = try await bucketCase()
        try bucket.sync(under: .delays(milliseconds: 30), mayThrive: true)
        try bucket.recover()
        withExtendedLifetime((server, objects)) {}
    }

    @Test func `a flipped bit in a pack is never believed`() throws {
        var random = SeededRandom(seed: 43)
        let (remote, server, bytes) = try gitCase()
        for _ in 0..<6 {
            try remote.sync(under: .flips(byte: Int.random(in: 300..<bytes, using: &random)), mayThrive: true)
            // Where the bit did not matter, in a header or a name of the server's, the sync went well.
            let digests = try remote.digests(remote.listing())
            #expect(try digests == remote.digests(remote.before) || digests == remote.digests(remote.after))
        }
        try remote.recover()
        withExtendedLifetime(server) {}
    }
}
