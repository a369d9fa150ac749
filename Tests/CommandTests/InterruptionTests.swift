import Fixtures
import Foundation
import Testing

/// Ctrl-C and a polite kill, where the work does not hear that it is cancelled.
@Suite struct InterruptionTests {
    /// A process that waits inside a system call for a pipe that nobody writes to.
    private func waiting(_ program: Program) async throws -> (run: Program.Running, pipe: Int32) {
        try program.sluice(
            "register",
            try program.folder.write("d.json", #"{"config_templates": [{"name": "a", "template_code": "1"}]}"#))
        let path = program.folder.path(of: "pipe")
        try #require(mkfifo(path, 0o600) == 0)
        let run = try program.start(["object", "edit", "config-template/a", "--content-file", path])
        var pipe: Int32 = -1
        // It can be opened for writing once somebody reads.
        try await until {
            pipe = open(path, O_WRONLY | O_NONBLOCK)
            return pipe >= 0
        }
        return (run, pipe)
    }

    @Test(.timeLimit(.minutes(1)), arguments: [SIGINT, SIGTERM])
    func `work that does not hear of a signal ends by itself soon`(_ signal: Int32) async throws {
        let program = try Program()
        let (run, pipe) = try await waiting(program)
        defer { close(pipe) }
        let start = ContinuousClock.now
        kill(run.process.processIdentifier, signal)
        run.process.waitUntilExit()
        #expect(run.process.terminationReason == .exit)
        #expect(run.process.terminationStatus == 130)
        #expect(ContinuousClock.now - start >= .seconds(1.9), "it had no time to end well")
        #expect(run.scratch.read("talk").contains("interrupted"))
        #expect(try program.sluice("object", "show", "config-template/a", "--content").output == "1")
    }

    @Test(.timeLimit(.minutes(1))) func `a second signal ends it at once`() async throws {
        let (run, pipe) = try await waiting(try Program())
        defer { close(pipe) }
        let start = ContinuousClock.now
        kill(run.process.processIdentifier, SIGINT)
        // What comes at the same time counts as one. No suspension: the time is measured.
        while run.process.isRunning {
            kill(run.process.processIdentifier, SIGINT)
            usleep(10_000)
        }
        #expect(run.process.terminationStatus == 130)
        #expect(ContinuousClock.now - start < .seconds(1.9))
    }

    @Test(.timeLimit(.minutes(1))) func `a signal that comes twice at once is one`() async throws {
        let (run, pipe) = try await waiting(try Program())
        defer { close(pipe) }
        let start = ContinuousClock.now
        // As timeout(1) sends it; two of the same kind may be one to the system already.
        kill(run.process.processIdentifier, SIGTERM)
        kill(run.process.processIdentifier, SIGINT)
        run.process.waitUntilExit()
        #expect(run.process.terminationStatus == 130)
        #expect(ContinuousClock.now - start >= .seconds(1.9), "it had no time to end well")
    }

    @Test(.timeLimit(.minutes(2))) func `a comparison of two large texts is interrupted while it computes`()
        async throws
    {
        var random = SeededRandom(seed: 7)
        let program = try Program()
        func lines() -> String {
            (0..<2_000_000).map { _ in "\(Int.random(in: 0..<1_000, using: &random))\n" }.joined()
        }
        try program.root.write("big.j2", lines())
        try program.sluice("source", "add", "disk", "--type", "local", "--url", program.root.path)
        try program.sluice("link", "config-template/big", "--source", "disk", "--path", "big.j2")
        try program.sluice("sync", "disk")
        #expect(try program.sluice("apply", "config-template/big").status == 0)
        try program.root.write("big.j2", lines())
        try program.sluice("sync", "disk")
        let run = try program.start(["diff", "config-template/big"])
        let statistics = "/proc/\(run.process.processIdentifier)/stat"
        // Most of the processor time of a diff is the diff.
        try await until {
            let fields = (try? String(contentsOfFile: statistics, encoding: .utf8))?.split(separator: " ") ?? []
            return fields.count > 13 && (Int(fields[13]) ?? 0) > 50 || !run.process.isRunning
        }
        let start = ContinuousClock.now
        kill(run.process.processIdentifier, SIGINT)
        run.process.waitUntilExit()
        #expect(run.process.terminationStatus == 130, "\(run.scratch.read("talk"))")
        #expect(ContinuousClock.now - start < .seconds(20))
    }
}
