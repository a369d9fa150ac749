import Backends
import Fixtures
import Model
import Synchronization
import Testing

/// Against servers and proxies that do what they should not.
@Suite struct S3FaultTests {
    @Test(arguments: BrokenListing.table)
    func `a listing that is broken is an error that says how, never a short one`(_ it: BrokenListing) async throws {
        let server = try ScriptedServer { _, number in
            ScriptedServer.answer(it.pages[min(number, it.pages.count - 1)])
        }
        let error = try await #require(throws: BackendError.self) { try await snapshot(server, it.folder).drain() }
        #expect(error.cause == it.cause)
        #expect(error.reason.contains("\"bucket\" at \(server.url)"))
        #expect(error.reason.contains(it.hint))
    }

    @Test(arguments: ["<Error><Code>InternalError</Code></Error>", String(listing(["a"]).dropLast(30))])
    func `a page that is cut off or an error once is asked for again`(_ broken: String) async throws {
        let server = try ScriptedServer { _, number in
            ScriptedServer.answer(number == 1 ? broken : listing(["\(number)"], next: number == 0 ? "1" : nil))
        }
        let files = try await snapshot(server, "").drain().files
        #expect(files.map(\.path.string) == ["0", "2"])
        #expect(server.requests.count == 3)
    }

    struct BrokenListing: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var folder = ""
        let pages: [String]
        let hint: String
        var cause = BackendError.Cause.malformed

        static let table = [
            BrokenListing(
                testDescription: "a web page", pages: ["<!DOCTYPE html><html><body>Sign in</body></html>"],
                hint: "a web page"),
            BrokenListing(testDescription: "nothing", pages: [""], hint: "no XML"),
            BrokenListing(testDescription: "half", pages: [String(listing(["a", "b"]).dropLast(30))], hint: "broken"),
            BrokenListing(testDescription: "two documents", pages: [listing(["a"]) + listing(["b"])], hint: "broken"),
            BrokenListing(
                testDescription: "an error with status 200", pages: ["<Error><Code>InternalError</Code></Error>"],
                hint: "(InternalError)", cause: .unavailable),
            BrokenListing(
                testDescription: "no IsTruncated", pages: ["<ListBucketResult></ListBucketResult>"],
                hint: "IsTruncated"),
            BrokenListing(
                testDescription: "cut off without a token",
                pages: ["<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"], hint: "cut off"),
            BrokenListing(
                testDescription: "cut off with an empty token",
                pages: ["<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken/></ListBucketResult>"],
                hint: "cut off"),
            BrokenListing(
                testDescription: "complete, and with a token",
                pages: [
                    listing(["a"], next: "1").replacing("<IsTruncated>true<", with: "<IsTruncated>false<"),
                    listing(["b"]),
                ], hint: "complete, and how it goes on"),
            BrokenListing(testDescription: "too few keys", pages: [listing(["a"], count: 2)], hint: "announces 2 keys"),
            BrokenListing(
                testDescription: "the same page again", pages: [listing(["a"], next: "1"), listing(["a"])],
                hint: "repeats"),
            BrokenListing(
                testDescription: "the same page of several keys again, under another token",
                pages: [listing(["a", "b"], next: "1"), listing(["a", "b"], next: "2"), listing(["a", "b"])],
                hint: "repeats"),
            BrokenListing(
                testDescription: "a token again", pages: [listing(["a"], next: "1"), listing(["b"], next: "1")],
                hint: "repeats"),
            BrokenListing(
                testDescription: "keys outside the folder", folder: "/conf", pages: [listing(["config-old/a"])],
                hint: "not asked for"),
            BrokenListing(
                testDescription: "no size", pages: [listing(["a"]).replacing("<Size>1</Size>", with: "")], hint: "Size"),
            BrokenListing(
                testDescription: "a size below zero",
                pages: [listing(["a"]).replacing("<Size>1</Size>", with: "<Size>-1</Size>")], hint: "Size"),
            BrokenListing(
                testDescription: "no ETag", pages: [listing(["a"]).replacing("<ETag>\"e\"</ETag>", with: "")],
                hint: "ETag"
            ),
            BrokenListing(testDescription: "bad encoding", pages: [listing(["a%4"])], hint: "Key"),
            BrokenListing(
                testDescription: "entities of entities",
                pages: [
                    """
                    <!DOCTYPE x [<!ENTITY a "aaaaaaaaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
                    <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>
                    <ListBucketResult><IsTruncated>false</IsTruncated><Name>&d;</Name></ListBucketResult>
                    """
                ], hint: "broken"),
        ]
    }

    @Test func `a listing asks for each page once and for nothing else`() async throws {
        let server = try ScriptedServer { _, number in
            ScriptedServer.answer(
                [listing(["a"], next: "t/1+=="), listing([], next: "2"), listing(["b%2Bc+d"])][number])
        }
        let page = try await snapshot(server).drain()
        #expect(page.files.map(\.path.string) == ["a", "b+c d"])
        #expect(server.requests.map(\.method) == ["GET", "GET", "GET"])
        #expect(
            server.requests.map(\.target) == [
                "/bucket?encoding-type=url&list-type=2&max-keys=1000",
                "/bucket?continuation-token=t%2F1%2B%3D%3D&encoding-type=url&list-type=2&max-keys=1000",
                "/bucket?continuation-token=2&encoding-type=url&list-type=2&max-keys=1000",
            ])
    }

    @Test func `what a moment spoils is asked for again`() async throws {
        let good = listing(["a"])
        let server = try ScriptedServer { _, number in
            switch number {
            case 0: ScriptedServer.answer("<Error><Code>SlowDown</Code></Error>", status: 503)
            case 1: ScriptedServer.answer("", status: 500)
            case 2: ScriptedServer.answer(String(good.dropLast(20)), announced: good.utf8.count)
            default: ScriptedServer.answer(good)
            }
        }
        #expect(try await snapshot(server).drain().files.count == 1)
        #expect(server.requests.count == 4)
    }

    @Test func `a page without end is not taken, and not asked for again`() async throws {
        let page = Array(repeating: UInt8(ascii: " "), count: (16 << 20) + 1)
        let server = try ScriptedServer { _, _ in ScriptedServer.answer(page) }
        let error = try await #require(throws: BackendError.self) { try await snapshot(server).drain() }
        #expect(error.cause == .malformed)
        #expect(error.reason.contains("more than allowed"))
        #expect(server.requests.count == 1)
    }

    @Test(arguments: Refusal.table)
    func `a refusal says what it means and what to do`(_ it: Refusal) async throws {
        let server = try ScriptedServer { _, _ in
            ScriptedServer.answer(it.body, status: it.status, headers: it.headers)
        }
        let error = try await #require(throws: BackendError.self) { try await snapshot(server).drain() }
        #expect(error.cause == it.cause)
        #expect("\(error)".contains(it.hint))
        #expect(error.reason.contains("\(it.status)"))
        #expect(server.requests.count == it.requests)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let status: Int
        var body = ""
        var headers: [String] = []
        let cause: BackendError.Cause
        let hint: String
        var requests = 1
        var testDescription: String { "\(status) \(body)" }

        static let table = [
            Refusal(
                status: 301, body: "<Error><Code>PermanentRedirect</Code></Error>",
                headers: ["x-amz-bucket-region: eu-west-1"], cause: .settings, hint: "\"eu-west-1\"", requests: 2),
            Refusal(
                status: 400, body: "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-3</Region></Error>",
                cause: .settings, hint: "not in region \"eu-west-3\"", requests: 2),
            Refusal(
                status: 307, body: "", headers: ["Location: http://127.0.0.1:1/"], cause: .settings,
                hint: "redirects to"),
            Refusal(
                status: 403, body: "<Error><Code>RequestTimeTooSkewed</Code></Error>",
                headers: ["Date: Sat, 21 Nov 2026 07:00:00 GMT"], cause: .credentials, hint: "07:00:00"),
            Refusal(status: 403, body: "<html>", cause: .credentials, hint: "not public"),
            Refusal(
                status: 400, body: "<Error><Code>ExpiredToken</Code></Error>", cause: .credentials, hint: "temporary"),
            Refusal(status: 404, body: "Not here", cause: .notFound, hint: "endpoint"),
            Refusal(
                status: 503, body: "<Error><Code>SlowDown</Code></Error>", cause: .unavailable, hint: "later",
                requests: 6),
            Refusal(
                status: 503, headers: ["Retry-After: 3600"], cause: .unavailable,
                hint: "when the 3600 s are over that it asks for"),
            Refusal(
                status: 400, body: "<Error><Code>RequestTimeout</Code></Error>", cause: .unavailable,
                hint: "try again later", requests: 6),
            Refusal(status: 304, cause: .malformed, hint: "a cache answers in the server's place"),
            Refusal(status: 418, body: "\u{1B}[31m", cause: .malformed, hint: "speaks S3"),
        ]
    }

    @Test func `of a large object that breaks off only the rest is asked for again`() async throws {
        let content = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 >> 6) }
        let server = try ScriptedServer { request, number in
            switch number {
            case 0: return ScriptedServer.answer(listing(["large"], size: content.count))
            case 1: return ScriptedServer.answer(content.prefix(600_000), announced: content.count)
            default:
                let start = request.headers["range"].flatMap { Int($0.dropFirst(6).dropLast()) } ?? 0
                return ScriptedServer.answer(
                    content.dropFirst(start), status: 206, headers: ["Content-Range: bytes \(start)-999999/1000000"])
            }
        }
        let snapshot = try await snapshot(server)
        let file = try #require(try await snapshot.drain().files.first)
        #expect(try await snapshot.content(of: file) == content)
        #expect(server.requests.map { $0.headers["if-match"] } == [nil, "\"e\"", "\"e\""])
        #expect(server.requests[1].headers["range"] == nil)
        let range = try #require(server.requests[2].headers["range"])
        #expect((500_000..<600_001).contains(Int(range.dropFirst("bytes=".count).dropLast()) ?? 0))
    }

    @Test func `a server that starts again in place of going on is understood`() async throws {
        let content = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 >> 7) }
        let server = try ScriptedServer { _, number in
            switch number {
            case 0: ScriptedServer.answer(listing(["large"], size: content.count))
            case 1: ScriptedServer.answer(content.prefix(600_000), announced: content.count)
            default: ScriptedServer.answer(content)
            }
        }
        let snapshot = try await snapshot(server)
        let file = try #require(try await snapshot.drain().files.first)
        #expect(try await snapshot.content(of: file) == content)
    }

    @Test(arguments: [
        (ScriptedServer.answer("xy"), "2 bytes of it in place of 3"),
        (ScriptedServer.answer("wxyz"), "4 bytes of it in place of 3"),
        (Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nxy".utf8), "2 bytes of it in place of 3"),
        (Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nwxyz".utf8), "more of it than 3 bytes"),
        (ScriptedServer.answer("xyz", status: 206), "another part"),
        (
            ScriptedServer.answer("<Error><Code>InvalidObjectState</Code></Error>", status: 403),
            "403 InvalidObjectState"
        ),
        (ScriptedServer.answer("", status: 307, headers: ["Location: /elsewhere"]), "sends it elsewhere"),
    ])
    func `an object that comes otherwise than listed is lost alone`(answer: [UInt8], hint: String) async throws {
        let server = try ScriptedServer { _, number in
            number == 0 ? ScriptedServer.answer(listing(["a"], size: 3)) : answer
        }
        let snapshot = try await snapshot(server)
        let file = try #require(try await snapshot.drain().files.first)
        let delivered = Atomic(0)
        let problem = try await #require(throws: FileProblem.self) {
            try await snapshot.read(file) { delivered.add($0.count, ordering: .relaxed) }
        }
        #expect(problem.kind == .unreadable)
        #expect(problem.name.description == "a")
        #expect(problem.reason.contains(hint))
        #expect(delivered.load(ordering: .relaxed) == 0)
    }

    @Test func `a connection that stays broken loses the remote, with the object's name`() async throws {
        let server = try ScriptedServer { _, number in
            number == 0 ? ScriptedServer.answer(listing(["a"], size: 3)) : ScriptedServer.answer("x", announced: 3)
        }
        let snapshot = try await snapshot(server)
        let file = try #require(try await snapshot.drain().files.first)
        let error = try await #require(throws: BackendError.self) { try await snapshot.content(of: file) }
        #expect(error.cause == .connection)
        #expect(error.retry == .soon)
        #expect(error.reason.contains("\"a\""))
    }

    @Test(arguments: [
        (ScriptedServer.answer("", status: 500), "500"),
        (ScriptedServer.answer("<Error><Code>RequestTimeout</Code></Error>", status: 400), "RequestTimeout"),
    ])
    func `a fault that the server says will pass may be the remote's, and says what to do`(
        answer: [UInt8], hint: String
    ) async throws {
        let server = try ScriptedServer { _, number in
            number == 0 ? ScriptedServer.answer(listing(["a"], size: 3)) : answer
        }
        let snapshot = try await snapshot(server)
        let file = try #require(try await snapshot.drain().files.first)
        let error = try await #require(throws: BackendError.self) { try await snapshot.content(of: file) }
        #expect(error.cause == .unavailable && error.advice?.contains("later") == true)
        #expect(error.reason.contains(hint) && error.reason.contains("\"a\""), "\(error)")
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nServer: x\r\n\r"])
    func `an answer that ends within its header is asked for again`(_ half: String) async throws {
        let server = try ScriptedServer { _, number in
            number < 2 ? Array(half.utf8) : ScriptedServer.answer(listing(["a"]))
        }
        #expect(try await snapshot(server).drain().files.count == 1)
        #expect(server.requests.count == 3)
        let always = try ScriptedServer { _, _ in Array(half.utf8) }
        let error = try await #require(throws: BackendError.self) { try await snapshot(always).drain() }
        #expect(error.cause == .connection && error.reason.contains("ends within the header"), "\(error)")
    }

    @Test func `a header line without end is no lack of memory`() async throws {
        let line = "HTTP/1.1 200 OK\r\nX-A: " + String(repeating: "b", count: 300_000) + "\r\n\r\n"
        let server = try ScriptedServer { _, _ in Array(line.utf8) }
        let error = try await #require(throws: BackendError.self) { try await snapshot(server).drain() }
        #expect(error.cause == .malformed && error.reason.contains("a line of its header is too long"), "\(error)")
        #expect(server.requests.count == 1)
    }

    @Test func `cancelling ends a transfer with a cancellation`() async throws {
        let server = try ScriptedServer { _, number in
            ScriptedServer.answer("<ListBucketResult>", announced: 1_000)
        }
        let snapshot = try await snapshot(server)
        // Its cancellation is what is under test.
        let task = Task { try await snapshot.nextPage() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `an archived object and a marker with content are problems`() async throws {
        let server = try ScriptedServer { _, _ in
            ScriptedServer.answer(
                listing(["a", "b/"]).replacing("<Size>", with: "<StorageClass>DEEP_ARCHIVE</StorageClass><Size>"))
        }
        let page = try await snapshot(server).drain()
        #expect(page.files.map(\.problem?.kind) == [.unreadable])
        #expect(page.files[0].problem?.reason.contains("DEEP_ARCHIVE") == true)
        #expect(page.problems.map(\.kind) == [.illegalPath])
    }

    private func snapshot(_ server: ScriptedServer, _ folder: String = "") async throws -> any Snapshot {
        let location = try S3Location(SourceURL(server.url + "/bucket" + folder))
        let retry = RetryPolicy(attempts: 4, patientAttempts: 6, firstPause: .milliseconds(1))
        return try await S3Backend(location, credentials: nil, retry: retry).snapshot(FileSelection())
    }
}

/// A page of a listing of `keys`, already encoded, each of one byte and with the ETag `e`.
private func listing(_ keys: [String], next: String? = nil, count: Int? = nil, size: Int = 1) -> String {
    let contents = keys.map { key in
        "<Contents><Key>\(key)</Key><ETag>\"e\"</ETag><Size>\(size)</Size></Contents>"
    }
    let token = next.map { "<NextContinuationToken>\($0)</NextContinuationToken>" } ?? ""
    return """
        <?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType>\
        <KeyCount>\(count ?? keys.count)</KeyCount><IsTruncated>\(next != nil)</IsTruncated>\(token)\
        \(contents.joined())</ListBucketResult>
        """
}
