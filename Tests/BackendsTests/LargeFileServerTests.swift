import Backends
import Fixtures
import Foundation
import Model
import Synchronization
import Testing

/// git LFS against servers that do what a well-behaved one does not, or that write down what they are asked.
@Suite struct LargeFileServerTests {
    @Test func `another host than the repository's gets no credential, and only the headers that were listed`()
        async throws
    {
        let large = try LargeFileFixture(["a": LargeFile("one")])
        let script = try large.script(action: [
            "header": ["X-Listed": "yes", "Host": "evil", "Content-Length": "9", "Range": "bytes=1-"]
        ])
        let replica = try await large.replica(
            script, ["password": GitServer.token], url: large.fixture.server.privateURL())
        #expect(replica.files == ["a": "one"])
        #expect(script.requests.count == 2)
        #expect(script.requests.allSatisfy { $0.headers["authorization"] == nil })
        let download = try #require(script.downloads.first)
        #expect(download.headers["x-listed"] == "yes")
        #expect(
            download.headers["host"]
                == script.url.dropFirst("http://".count).split(separator: "/").first.map(String.init))
        #expect(download.headers["range"] == nil)
        #expect(download.target.hasSuffix("?signature=planted"))
    }

    @Test func `an address on the repository's host gets the credential unless it has its own`() async throws {
        let large = try LargeFileFixture(["a": LargeFile("one"), "b": LargeFile("two"), "c": LargeFile("three")])
        let files = large.files
        let home = large.fixture.server.web.url + "/private/absent"
        let seen = large.fixture.server
        let script = try LargeFileScript { oid, _ in
            let action: JSONValue = ["href": .string("\(home)/\(oid)")]
            if oid == files["a"]?.oid { return ["actions": ["download": action]] }
            if oid == files["b"]?.oid { return ["actions": ["download": action], "authenticated": true] }
            return [
                "actions": ["download": ["href": .string("\(home)/\(oid)"), "header": ["Authorization": "Bearer b"]]]
            ]
        } download: { _, _ in
            ScriptedServer.answer("", status: 500)
        }
        let replica = try await large.replica(
            script, ["password": GitServer.token], url: large.fixture.server.privateURL())
        // The server has none of them: the one that came with the credential was let in to hear that, the others not.
        #expect(replica.problems == ["a": .unreadable, "b": .unreadable, "c": .unreadable])
        func asked(_ name: String) -> [String] { seen.seen.filter { $0.contains(files[name]?.oid ?? "-") } }
        #expect(asked("a").count == 1)
        #expect(asked("a").allSatisfy { $0.contains("user=oauth2") })
        #expect(asked("b").isEmpty)
        #expect(asked("c").isEmpty)
    }

    @Test func `many files are asked for a hundred at a time, each once`() async throws {
        var files = Dictionary(
            uniqueKeysWithValues: (0..<250).map { ("d\($0 % 7)/f\($0)", LargeFile("content \($0)")) })
        files["twice"] = files["d0/f0"]
        let large = try LargeFileFixture(files)
        let script = try large.script()
        #expect(try await large.replica(script).files == large.contents)
        #expect(script.questions.map(\.count) == [100, 100, 50])
        #expect(Set(script.questions.joined()).count == 250)
    }

    @Test func `a file over the size limit is never asked for`() async throws {
        let large = try LargeFileFixture(["a": LargeFile("one"), "b": LargeFile(String(repeating: "x", count: 2_000))])
        let script = try large.script()
        let replica = try await large.replica(script, sizeLimit: 1_999)
        #expect(replica.files == ["a": "one"])
        #expect(replica.problems == ["b": .tooLarge])
        #expect(script.questions == [[LargeFile("one").oid]])
        #expect(script.downloads.count == 1)
    }

    @Test(arguments: ["onE", "on", "one more", ""])
    func `content that is not what the pointer names is refused`(_ content: String) async throws {
        let large = try LargeFileFixture(["a": LargeFile("one")])
        let script = try large.script { _, _ in ScriptedServer.answer(content) }
        let replica = try await large.replica(script)
        #expect(replica.files.isEmpty)
        #expect(replica.problems == ["a": .unreadable])
    }

    @Test func `of large content that proves wrong, the end is never delivered`() async throws {
        let content = [UInt8](repeating: 7, count: 1_000_000)
        let large = try LargeFileFixture(["a": LargeFile(content)])
        let script = try large.script { _, _ in ScriptedServer.answer(content.dropLast() + [8]) }
        let backend = try large.fixture.backend(nil, ["lfs": "true", "lfs_url": script.url])
        let snapshot = try await backend.snapshot(FileSelection())
        let file = try #require(try await snapshot.drain().files.first)
        let delivered = Mutex(0)
        await #expect(throws: FileProblem.self) {
            try await snapshot.read(file) { piece in delivered.withLock { $0 += piece.count } }
        }
        #expect(delivered.withLock { $0 } < 1_000_000)
        await snapshot.close()
    }

    @Test func `an address that has expired is asked for anew`() async throws {
        let large = try LargeFileFixture(["a": LargeFile("one")])
        let questions = Mutex(0)
        let script = try LargeFileScript { oid, server in
            let number = questions.withLock { questions in
                questions += 1
                return questions
            }
            let action: [String: JSONValue] = [
                "href": .string("\(server)/\(number)"), "expires_in": number == 1 ? 1 : 900,
            ]
            return ["actions": ["download": .object(action)]]
        } download: { request, _ in
            request.target == "/2" ? ScriptedServer.answer("one") : ScriptedServer.answer("", status: 403)
        }
        #expect(try await large.replica(script).files == ["a": "one"])
        #expect(script.questions.count == 2)
        #expect(script.downloads.map(\.target) == ["/2"])
    }

    @Test(arguments: ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00.123456Z", "2020-01-01T02:00:00+02:00"])
    func `an end that is given as a date holds as well`(_ date: String) async throws {
        let large = try LargeFileFixture(["a": LargeFile("one")])
        let script = try large.script(action: ["expires_at": .string(date)])
        #expect(try await large.replica(script).files == ["a": "one"])
        #expect(script.questions.count == 2)
        let lasting = try large.script(action: ["expires_at": "2999-01-01T00:00:00Z"])
        #expect(try await large.replica(lasting).files == ["a": "one"])
        #expect(lasting.questions.count == 1)
    }

    @Test func `an address that does not let in is asked for anew, once`() async throws {
        let large = try LargeFileFixture(["a": LargeFile("one")])
        let first = try large.script { _, number in
            number == 1 ? ScriptedServer.answer("", status: 403) : ScriptedServer.answer("one")
        }
        #expect(try await large.replica(first).files == ["a": "one"])
        #expect(first.questions.count == 2)
        let never = try large.script { _, _ in ScriptedServer.answer("", status: 403) }
        #expect(try await large.replica(never).problems == ["a": .unreadable])
        #expect(never.requests.count == 4)
    }

    @Test func `what the server says of one object costs that one alone`() async throws {
        let names = ["404", "410", "422", "500", "absent", "none", "other", "good"]
        let large = try LargeFileFixture(Dictionary(uniqueKeysWithValues: names.map { ($0, LargeFile($0)) }))
        var verdicts: [String: [String: JSONValue]] = [
            LargeFile("absent").oid: ["actions": ["download": ["href": "http://127.0.0.1:9/"]], "oid": "00"],
            LargeFile("none").oid: [:], LargeFile("other").oid: ["size": 7, "actions": [:]],
        ]
        for code in ["404", "410", "422", "500"] {
            verdicts[LargeFile(code).oid] = ["error": ["code": .number(code), "message": "no\u{1B}[31m"]]
        }
        let replica = try await large.replica(large.script(verdicts))
        #expect(replica.files == ["good": "good"])
        #expect(
            replica.problems == [
                "404": .unreadable, "410": .largeFileStoragePointer, "422": .largeFileStoragePointer,
                "500": .unreadable, "absent": .unreadable, "none": .unreadable, "other": .unreadable,
            ])
    }

    @Test func `a download that breaks goes on where it broke`() async throws {
        let content = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 11) }
        let large = try LargeFileFixture(["a": LargeFile(content)])
        let script = try large.script { request, _ in
            guard let range = request.headers["range"], let start = Int(range.dropFirst("bytes=".count).dropLast())
            else {
                return ScriptedServer.answer(content.prefix(600_000), announced: content.count)
            }
            return ScriptedServer.answer(
                content[start...], status: 206,
                headers: ["Content-Range: bytes \(start)-\(content.count - 1)/\(content.count)"])
        }
        let backend = try large.fixture.backend(nil, ["lfs": "true", "lfs_url": script.url])
        let snapshot = try await backend.snapshot(FileSelection())
        let file = try #require(try await snapshot.drain().files.first)
        #expect(try await snapshot.content(of: file) == content)
        #expect(script.downloads.count == 2)
        await snapshot.close()
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let answer: [UInt8]
        let cause: BackendError.Cause
    }

    @Test(arguments: [
        Broken(testDescription: "401", answer: ScriptedServer.answer("", status: 401), cause: .credentials),
        Broken(testDescription: "403", answer: ScriptedServer.answer("", status: 403), cause: .credentials),
        Broken(testDescription: "404", answer: ScriptedServer.answer("<html>", status: 404), cause: .notFound),
        Broken(
            testDescription: "redirect",
            answer: ScriptedServer.answer("", status: 302, headers: ["Location: http://127.0.0.1:9/"]), cause: .notFound
        ),
        Broken(testDescription: "400", answer: ScriptedServer.answer("", status: 400), cause: .malformed),
        Broken(
            testDescription: "429", answer: ScriptedServer.answer("", status: 429, headers: ["Retry-After: 1000"]),
            cause: .unavailable),
        Broken(testDescription: "html", answer: ScriptedServer.answer("<html>"), cause: .malformed),
        Broken(testDescription: "json", answer: ScriptedServer.answer("{\"objects\": 1}"), cause: .malformed),
        Broken(
            testDescription: "transfer", answer: ScriptedServer.answer("{\"objects\": [], \"transfer\": \"tus\"}"),
            cause: .malformed),
    ])
    func `a server that fails as a whole fails the source`(_ broken: Broken) async throws {
        let large = try LargeFileFixture(["a": LargeFile("one")])
        let server = try ScriptedServer { _, _ in broken.answer }
        let parameters = ["lfs": "true", "lfs_url": server.url + "/lfs"]
        let error = await backendError { _ = try await large.fixture.replica(nil, parameters) }
        #expect(error?.cause == broken.cause)
        #expect(error?.reason.contains("/lfs/objects/batch") == true)
    }
}
