import Fixtures
import Foundation
import Model
import Testing

/// Several syncs that somebody interrupts, some of which are done by then.
@Suite struct InterruptedSyncTests {
    private let program: Program
    private let server: SilentServer

    init() throws {
        program = try Program()
        server = try SilentServer()
        try program.root.write("a.yaml", "a: 1\n")
        try program.sluice("source", "add", "a-done", "--type", "local", "--url", program.root.path)
        let url = "http://127.0.0.1:\(server.port.number)/core.git"
        try program.sluice("source", "add", "b-waits", "--type", "git", "--url", url)
    }

    /// Interrupts `sync --all` when the first source is done and the second waits for its server.
    private func interruptedSync(_ arguments: String...) async throws -> Program.Result {
        let run = try program.start(["sync", "--all"] + arguments)
        try await server.hears()
        while run.process.isRunning, try program.sluice("file", "list", "a-done", "--quiet").output != "a.yaml\n" {}
        run.process.interrupt()
        run.process.waitUntilExit()
        return Program.Result(
            status: run.process.terminationStatus, output: run.scratch.read("output"), talk: run.scratch.read("talk"))
    }

    @Test(.timeLimit(.minutes(2)))
    func `an interrupted sync tells what was done, and whose turn it was`() async throws {
        let result = try await interruptedSync()
        #expect(result.status == 130)
        #expect(result.output.hasPrefix("a-done: synced: 1 added"), "\(result.output)")
        #expect(result.talk == "sluice: interrupted; as they were: b-waits\n")
        let waiting = try program.sluice("source", "show", "b-waits", "--format", "json").json()
        #expect(waiting["status"] == "new")
    }

    @Test(.timeLimit(.minutes(2)))
    func `an interrupted sync reports all of its sources in JSON`() async throws {
        let result = try await interruptedSync("--format", "json")
        #expect(result.status == 130)
        let json = try result.json()
        #expect(json[0]?["outcome"] == "synced")
        #expect(json[0]?["added"] == .integer(1))
        #expect(json[1]?["source"] == "b-waits")
        #expect(json[1]?["outcome"] == "interrupted")
        #expect(json[1]?["error"] == "interrupted; the data source is as it was")
    }
}
