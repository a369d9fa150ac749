import Fixtures
import Foundation
import Model
import Testing

/// A process that dies at any point leaves generation n or n+1, never something between, and nothing stuck.
@Suite(.serialized) struct KillTests {
    @Test func `kill -9 in the middle of a sync`() async throws {
        var random = SeededRandom(seed: 20)
        let program = try Program()
        let root = program.root
        for index in 0..<400 { try root.write("templates/t\(index).j2", "first \(index)\n") }
        try program.sluice("source", "add", "disk", "--type", "local", "--url", root.path)
        #expect(try program.sluice("sync", "disk").status == 0)

        for round in 0..<12 {
            for index in 0..<400 { try root.write("templates/t\(index).j2", "round \(round) of \(index)\n") }
            let run = try program.start(["sync", "disk"])
            try await Task.sleep(for: .milliseconds(Int.random(in: 5...220, using: &random)))
            kill(run.process.processIdentifier, SIGKILL)
            run.process.waitUntilExit()
            let contents = try contents(of: program)
            #expect(contents.count == 1, "round \(round): the files are of generations \(contents)")
            #expect(
                contents.allSatisfy { $0 == "round \(round)" || $0 == (round == 0 ? "first" : "round \(round - 1)") })
            #expect(try program.sluice("sync", "disk").status == 0, "round \(round): the next sync needs help")
            #expect(try self.contents(of: program) == ["round \(round)"])
        }
    }

    @Test func `kill -9 in the middle of a sync over HTTP leaves a mirror that heals`() async throws {
        var random = SeededRandom(seed: 22)
        let server = try GitServer()
        let repository = try server.repository { commit("t0.j2", "start") }
        let program = try Program()
        let url = server.web.url + "/core.git"
        try program.sluice("source", "add", "core", "--type", "git", "--url", url)
        for round in 0..<10 {
            var files: [String: String] = [:]
            for index in 0..<300 { files["t\(index).j2"] = "round \(round) of \(index)" }
            let head = try repository.commit(files)
            let run = try program.start(["sync", "core"])
            try await Task.sleep(for: .milliseconds(Int.random(in: 20...200, using: &random)))
            kill(run.process.processIdentifier, SIGKILL)
            run.process.waitUntilExit()
            let next = try program.sluice("sync", "core", "--format", "json")
            #expect(next.status == 0, "round \(round): \(next.talk)")
            #expect(try next.json()[0]?["revision"]?["id"] == .string(head))
            #expect(try program.sluice("file", "cat", "core", "t299.j2").output == "round \(round) of 299")
        }
    }

    @Test func `kill -9 in the middle of an apply`() async throws {
        var random = SeededRandom(seed: 21)
        let program = try Program()
        let root = program.root
        try program.sluice("source", "add", "disk", "--type", "local", "--url", root.path)
        try program.sluice("link", "config-template", "--source", "disk", "--path", "*.j2")
        for round in 0..<12 {
            for index in 0..<200 { try root.write("t\(index).j2", "round \(round)") }
            #expect(try program.sluice("sync", "disk").status == 0)
            let run = try program.start(["apply", "--all", "--yes"])
            try await Task.sleep(for: .milliseconds(Int.random(in: 5...150, using: &random)))
            kill(run.process.processIdentifier, SIGKILL)
            run.process.waitUntilExit()
            let applied = try program.sluice("status", "--state", "in_sync", "--format", "json").json().count
            #expect(applied == 0 || applied == 200, "round \(round): \(applied) of 200 were applied")
            #expect(try program.sluice("apply", "--all", "--yes").status == 0)
            #expect(try program.sluice("status", "--exit-code").status == 0)
        }
    }

    /// What the sampled files say before their number: one element for each generation that they are of.
    private func contents(of program: Program) throws -> Set<String> {
        var contents: Set<String> = []
        for index in [0, 57, 133, 211, 266, 342, 399] {
            let text = try program.sluice("file", "cat", "disk", "templates/t\(index).j2").output
            contents.insert(text.split(separator: " ").dropLast(text.hasPrefix("round") ? 2 : 1).joined(separator: " "))
        }
        return contents
    }
}
