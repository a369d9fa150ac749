import Backends
import Fixtures
import Foundation
import Model
import Testing

/// Answers of a git server that are small, and mean much, or that have no end.
@Suite struct GitBombTests {
    private static let content = Array("hello\n".utf8)

    /// A commit of one file, and its pack.
    private static func good() -> ScriptedGit.Answers {
        var pack = HandmadePack()
        let head = pack.addCommit(of: [("a", pack.add("blob", content))])
        return ScriptedGit.Answers(head: head, pack: pack.bytes)
    }

    @Test func `a pack that is made by hand is taken like any other`() async throws {
        #expect(try await ScriptedGit(Self.good()).replica().files == ["a": "hello\n"])
    }

    @Test func `a difference that makes a gigabyte of nothing is refused before it is there`() async throws {
        var pack = HandmadePack()
        let block = [UInt8](repeating: 65, count: 1 << 16)
        let base = pack.add("blob", block)
        // Each byte copies all of the base: a gigabyte out of a hundred kilobytes.
        pack.add(
            differenceFrom: base, of: block.count, making: block.count << 14, [UInt8](repeating: 0x80, count: 1 << 14))
        let head = pack.addCommit(of: [("a", base)])
        let error = try await ScriptedGit(ScriptedGit.Answers(head: head, pack: pack.bytes)).error()
        #expect(error?.cause == .malformed)
        #expect(error?.reason.contains("more than 64 MiB") == true, "\(error?.description ?? "no error")")
        #expect(error?.advice?.contains("-delta") == true)
    }

    @Test func `a difference that makes a large file is taken where the pack gives reason for it`() async throws {
        var pack = HandmadePack()
        let block = [UInt8](repeating: 65, count: 1 << 16)
        let base = pack.add("blob", block)
        // 80 MiB, in a pack of more than 1.25 MiB.
        let count = 80 << 4
        pack.add(
            differenceFrom: base, of: block.count, making: block.count * count, [UInt8](repeating: 0x80, count: count))
        pack.add("blob", (0..<1_400_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 9) })
        let large = HandmadePack.id("blob", [UInt8](repeating: 65, count: block.count * count))
        let head = pack.addCommit(of: [("a", base), ("b", large)])
        let server = try ScriptedGit(ScriptedGit.Answers(head: head, pack: pack.bytes))
        let replica = try await server.replica(FileSelection(sizeLimitInBytes: 1 << 20))
        #expect(replica.files.keys.sorted() == ["a"])
        #expect(replica.problems == ["b": .tooLarge])
    }

    @Test func `a file that the server does not send is asked for once, and is a problem`() async throws {
        var pack = HandmadePack()
        let names = (0..<20).map { "missing-\(String(format: "%02d", $0))" }
        let files = names.map { (name: $0, id: HandmadePack.id("blob", Array($0.utf8))) }
        let head = pack.addCommit(of: [("a", pack.add("blob", Self.content))] + files)
        let server = try ScriptedGit(ScriptedGit.Answers(head: head, pack: pack.bytes))
        let replica = try await server.replica()
        #expect(replica.files == ["a": "hello\n"])
        #expect(replica.problems == Dictionary(uniqueKeysWithValues: names.map { ($0, .unreadable) }))
        // The trees, and then all of the files at once.
        #expect(server.fetchCount == 2)
    }

    /// One part of an answer, too long.
    struct Endless: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let part: String
        let change: @Sendable (inout ScriptedGit.Answers) -> Void

        static let table = [
            Endless(testDescription: "capabilities", part: "1 MiB of capabilities") { answers in
                let line = ScriptedGit.packet("cap=\(String(repeating: "x", count: 1_000))\n")
                answers.capabilities = Array(repeatElement(line, count: 1_100).joined())
            },
            Endless(testDescription: "shallow lines", part: "16 MiB of notes before the pack") { answers in
                let line = ScriptedGit.packet("shallow \(String(repeating: "1", count: 40))\n")
                answers.preamble = Array(repeatElement(line, count: 340_000).joined())
            },
            Endless(testDescription: "progress", part: "16 MiB of words on its progress") { answers in
                let line = ScriptedGit.packet([2] + Array(String(repeating: "tick ", count: 2_000).utf8))
                answers.progress = Array(repeatElement(line, count: 1_800).joined())
            },
            Endless(testDescription: "pieces of a pack with nothing in them", part: "words on its progress") {
                $0.progress = Array(repeatElement(ScriptedGit.packet([1]), count: 3_500_000).joined())
            },
        ]
    }

    @Test(arguments: Endless.table) func `an answer without end is refused`(_ endless: Endless) async throws {
        var answers = Self.good()
        endless.change(&answers)
        let error = try await ScriptedGit(answers).error()
        #expect(error?.cause == .malformed)
        #expect(error?.reason.contains("has no end: it sends more than") == true, "\(error?.description ?? "no error")")
        #expect(error?.reason.contains(endless.part) == true, "\(error?.description ?? "no error")")
    }

    @Test func `a server that talks much is listened to`() async throws {
        var answers = Self.good()
        answers.capabilities = Array(repeatElement(ScriptedGit.packet("cap=\(UInt64.max)\n"), count: 500).joined())
        answers.progress = Array(
            repeatElement(ScriptedGit.packet([2] + Array("Counting objects\r".utf8)), count: 100_000).joined())
        #expect(try await ScriptedGit(answers).replica().files == ["a": "hello\n"])
    }

    @Test func `a line that could name no ref is not git's`() async throws {
        var answers = Self.good()
        let id = HandmadePack.hex(answers.head)
        answers.refs = ScriptedGit.packet("\(id) refs/heads/x \(String(repeating: "a:b ", count: 5_000))\n")
        let error = try await ScriptedGit(answers).error()
        #expect(error?.reason.contains("not in git's protocol") == true, "\(error?.description ?? "no error")")
    }

    @Test func `a server that is known and answers 500 is not asked once more than any other`() async throws {
        let server = try ScriptedGit(Self.good())
        _ = try await server.replica()
        let before = server.server.requests.count
        server.fail(with: ScriptedServer.answer("", status: 500, headers: ["Retry-After: 1000"]))
        let error = await backendError { _ = try await server.backend().currentRevision() }
        #expect(error?.cause == .unavailable)
        #expect(server.server.requests.count == before + 1)
        // It may have been changed: the next look begins at the beginning.
        server.fail(with: nil)
        #expect(try await server.backend().currentRevision() != nil)
        #expect(server.server.requests.dropFirst(before + 1).map(\.method) == ["GET", "POST"])
    }
}
