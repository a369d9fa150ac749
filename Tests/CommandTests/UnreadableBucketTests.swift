import Fixtures
import Foundation
import Model
import Synchronization
import Testing

/// Buckets whose objects cannot be read, through the program itself.
@Suite struct UnreadableBucketTests {
    private static let customerKey = Data("0123456789abcdef0123456789abcdef".utf8).base64EncodedString()
    /// The MD5 of that key.
    private static let sumOfKey = "hRasmdxgYDKV3nvbahU1MA=="

    private func add(_ bucket: S3Bucket, to program: Program) throws {
        let added = try program.sluice(
            "source", "add", "it", "--type", "amazon-s3", "--url", bucket.url, "--set",
            "aws_access_key_id=\(bucket.server.accessKey)", "--set", "aws_secret_access_key=\(bucket.server.secretKey)")
        #expect(added.status == 0, "\(added.talk)")
    }

    private func encrypt(_ name: String, in bucket: S3Bucket) throws {
        let header = "x-amz-server-side-encryption-customer-"
        try bucket.put(
            name, "content of \(name)",
            headers: [
                "\(header)algorithm: AES256", "\(header)key: \(Self.customerKey)",
                "\(header)key-md5: \(Self.sumOfKey)",
            ])
    }

    @Test func `objects that are all under a key that is missing fail the sync, once and with what to do`() async throws
    {
        let bucket = try S3Bucket(on: await .shared(), isOpen: true)
        for name in ["a", "b", "c"] { try encrypt(name, in: bucket) }
        let program = try Program()
        try add(bucket, to: program)
        let failed = try program.sluice("sync", "it")
        #expect(failed.status == 1)
        #expect(failed.talk.contains("cannot read any object of bucket"), "\(failed.talk)")
        #expect(failed.talk.contains("-> set \"sse_customer_key\" to the key"), "\(failed.talk)")
        #expect(try program.sluice("source", "show", "it").output.contains("sse_customer_key"))

        let set = try program.sluice(
            "source", "edit", "it", "--set", "sse_customer_key=\(Self.customerKey)")
        #expect(set.status == 0, "\(set.talk)")
        #expect(try program.sluice("sync", "it").status == 0)
        #expect(try program.sluice("file", "cat", "it", "b").output == "content of b")
    }

    @Test func `one object that can be read keeps the others problems of their own`() async throws {
        let bucket = try S3Bucket(on: await .shared(), isOpen: true)
        try encrypt("closed", in: bucket)
        try bucket.put("open", "for all")
        let program = try Program()
        try add(bucket, to: program)
        let synced = try program.sluice("sync", "it")
        #expect(synced.status == 3 && synced.output.contains("closed: "), "\(synced.output)\(synced.talk)")
        #expect(try program.sluice("file", "list", "it", "--quiet").output == "open\n")
        // What is known already counts too: a second sync reads nothing but the closed one.
        #expect(try program.sluice("sync", "it").status == 3)
    }

    @Test func `one object that never comes costs no other its place, and the exit code says so`() throws {
        let spoilt = Mutex<String?>(nil)
        let names = ["big.bin"] + (0..<20).map { "n\($0).txt" }
        let server = try ScriptedServer { request, _ in
            guard request.target.contains("list-type") else {
                let answer = request.target.hasSuffix("/big.bin") ? spoilt.withLock { $0 } : nil
                return answer.map { Array($0.utf8) } ?? ScriptedServer.answer("hello")
            }
            let contents = names.sorted().map {
                "<Contents><Key>\($0)</Key><ETag>e</ETag><Size>5</Size></Contents>"
            }
            return ScriptedServer.answer(
                "<ListBucketResult><IsTruncated>false</IsTruncated>\(contents.joined())</ListBucketResult>")
        }
        let program = try Program()
        try program.sluice(
            "source", "add", "it", "--type", "amazon-s3", "--url", server.url + "/bucket", "--set", "anonymous=true")
        for answer in [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nonly", "", "garbage\r\n\r\n",
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: /around\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            "HTTP/1.1 501 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ] {
            spoilt.withLock { $0 = answer }
            let synced = try program.sluice("sync", "it")
            #expect(synced.status == 3, "\(answer): \(synced.output)\(synced.talk)")
            #expect(synced.output.contains("! big.bin: "), "\(synced.output)")
            #expect(try program.sluice("sync", "--all").status == 3)
            #expect(try program.sluice("file", "list", "it", "--quiet").output.split(separator: "\n").count == 20)
        }
        spoilt.withLock { $0 = nil }
        #expect(try program.sluice("sync", "it").status == 0)
        #expect(try program.sluice("file", "list", "it", "--quiet").output.split(separator: "\n").count == 21)
    }

    @Test func `a bucket whose ETags are no MD5 sums fails once, and says which setting helps`() throws {
        let server = try ScriptedServer { request, _ in
            guard request.target.contains("list-type") else { return ScriptedServer.answer("x") }
            let contents = (0..<5).map {
                "<Contents><Key>k\($0)</Key><ETag>0123456789abcdef0123456789abcdef</ETag><Size>1</Size></Contents>"
            }
            return ScriptedServer.answer(
                "<ListBucketResult><IsTruncated>false</IsTruncated>\(contents.joined())</ListBucketResult>")
        }
        let program = try Program()
        try program.sluice(
            "source", "add", "it", "--type", "amazon-s3", "--url", server.url + "/bucket", "--set", "anonymous=true")
        let failed = try program.sluice("sync", "it")
        #expect(failed.status == 1 && failed.talk.contains("set \"etag_is_md5\" to false"), "\(failed.talk)")
        try program.sluice("source", "edit", "it", "--set", "etag_is_md5=false")
        #expect(try program.sluice("sync", "it").status == 0)
    }
}
