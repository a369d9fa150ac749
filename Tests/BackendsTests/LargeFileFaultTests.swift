import Backends
import Fixtures
import Foundation
import Model
import Testing

/// Downloads of single large files that fail for good, each among others that do not.
@Suite struct LargeFileFaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What the problem says.
        let part: String
        /// Where the faulty object is; nil for the server of all others.
        var place: String?
        var answer: [UInt8] = []
        /// How often it is asked for.
        var tries = 1

        static let table = [
            Fault(
                testDescription: "429", part: "answered 429",
                answer: ScriptedServer.answer("", status: 429, headers: ["Retry-After: 1000"])),
            Fault(
                testDescription: "500", part: "answered 500",
                answer: ScriptedServer.answer("", status: 500, headers: ["Retry-After: 1000"])),
            Fault(
                testDescription: "503", part: "answered 503",
                answer: ScriptedServer.answer("", status: 503, headers: ["Retry-After: 1000"])),
            Fault(
                testDescription: "cut", part: "sent less than it announced",
                answer: ScriptedServer.answer("on", announced: 3), tries: 10),
            Fault(testDescription: "no answer", part: "broke", tries: 10),
            Fault(testDescription: "no HTTP", part: "does not speak HTTP", answer: Array("hello\n".utf8)),
            Fault(
                testDescription: "redirect loop", part: "redirects without end",
                answer: ScriptedServer.answer("", status: 302, headers: ["Location: /again"]), tries: 6),
            Fault(
                testDescription: "nobody there", part: "no connection to \"http://127.0.0.1:9/",
                place: "http://127.0.0.1:9"),
            Fault(testDescription: "no such host", part: "has no address", place: "http://no.such.invalid"),
        ]
    }

    @Test(arguments: Fault.table)
    func `one object that cannot be had costs its own file, by name and with the cause`(_ fault: Fault) async throws {
        let bad = LargeFile("one")
        let large = try LargeFileFixture(["bad": bad, "good": LargeFile("two"), "sub/good": LargeFile("three")])
        try large.repository.commit(["plain": "text"])
        let script = try LargeFileScript { oid, server in
            let place = oid == bad.oid ? fault.place ?? server : server
            return ["actions": ["download": ["href": .string("\(place)/\(oid)?signature=planted")]]]
        } download: { request, _ in
            let content = large.files.values.first { request.target.contains($0.oid) }
            guard let content, content.oid != bad.oid else { return fault.answer }
            return ScriptedServer.answer(content.content)
        }
        let backend = try large.fixture.backend(nil, ["lfs": "true", "lfs_url": script.url])
        let replica = try await Replica(of: backend)
        #expect(replica.files == ["good": "two", "plain": "text", "sub/good": "three"])
        #expect(replica.problems == ["bad": .unreadable])
        let reason = try #require(replica.reasons["bad"])
        #expect(reason.contains(fault.part), "\(reason)")
        #expect(!reason.contains("planted"))
        if fault.place == nil { #expect(script.downloads.count == 2 + fault.tries) }
    }

    @Test func `objects that cannot be had for one cause have it in common`() async throws {
        let large = try LargeFileFixture(["a": LargeFile("one"), "b": LargeFile("two")])
        let script = try large.script(action: ["href": "http://127.0.0.1:9/x/y?signature=planted"])
        let backend = try large.fixture.backend(nil, ["lfs": "true", "lfs_url": script.url])
        let snapshot = try await backend.snapshot(FileSelection())
        let files = try await snapshot.drain().files
        try await snapshot.prefetch(files)
        var causes: Set<BackendError> = []
        for file in files {
            let problem = try await #require(throws: FileProblem.self) { try await snapshot.content(of: file) }
            causes.insert(try #require(problem.general))
        }
        await snapshot.close()
        #expect(causes.count == 1)
        let cause = try #require(causes.first)
        #expect(cause.cause == .connection && cause.retry == .soon)
        #expect(cause.reason == "cannot fetch large files: no connection to \"http://127.0.0.1:9/\"")
    }
}
