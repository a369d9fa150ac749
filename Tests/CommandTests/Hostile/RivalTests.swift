import Fixtures
import Foundation
import Model
import Testing

/// Several processes that do the same at once: each thing is done once, nothing is lost, and all tell the truth.
struct RivalTests {
    private func together(_ count: Int, _ program: Program, _ arguments: [String]) throws -> [Program.Result] {
        let running = try (0..<count).map { _ in try program.start(arguments) }
        return running.map { run in
            run.process.waitUntilExit()
            return Program.Result(
                status: run.process.terminationStatus, output: run.scratch.read("output"),
                talk: run.scratch.read("talk"))
        }
    }

    @Test func `of processes that sync the same at once one makes the generation`() throws {
        let program = try Program.settled(files: 200)
        for round in 2...4 {
            for index in 0..<200 { try program.root.write("t\(index).j2", Program.content(index, round)) }
            let results = try together(4, program, ["sync", "it", "--format", "json"])
            // Who came while another one synced is told so; who came after it found nothing new.
            #expect(results.allSatisfy { [0, 5].contains($0.status) }, "\(results.map(\.talk))")
            let modified = try results.filter { $0.status == 0 }.map { try $0.json()[0]?["modified"] }
            #expect(modified.count { $0 == 200 } == 1 && modified.allSatisfy { $0 == 200 || $0 == 0 }, "\(modified)")
            for loser in results where loser.status == 5 {
                #expect((loser.talk + loser.output).contains("is being synced by"), "\(loser.talk)\(loser.output)")
            }
            let source = try program.sluice("source", "show", "it", "--format", "json").json()
            #expect(source["generation"] == .integer(round))
            #expect(try program.sluice("file", "cat", "it", "t199.j2").output == Program.content(199, round))
        }
        #expect(try program.sluice("check").status == 0)
    }

    @Test func `of processes that apply the same at once one applies`() throws {
        let program = try Program.settled(files: 100)
        for round in 2...4 {
            for index in 0..<100 { try program.root.write("t\(index).j2", Program.content(index, round)) }
            #expect(try program.sluice("sync", "it").status == 0)
            let results = try together(4, program, ["apply", "--all", "--yes", "--format", "json"])
            var applied = 0
            for result in results {
                #expect([0, 1].contains(result.status), "\(result.talk)")
                guard case .array(let reports)? = try? result.json() else { continue }
                let outcomes = reports.map { $0["outcome"] }
                applied += outcomes.count { $0 == "applied" }
                if result.status == 0 { #expect(outcomes.allSatisfy { $0 == "applied" || $0 == "already_current" }) }
            }
            #expect(applied == 100, "round \(round): \(applied) of 100 were told as applied")
            #expect(try program.sluice("status", "--exit-code").status == 0)
            let history = try program.sluice("object", "history", "config-template/t9", "--format", "json").json()
            #expect(history.count == round)
        }
    }

    @Test func `the claim of a process whose end nobody heard of is taken over`() async throws {
        let silent = try SilentServer()
        let program = try Program()
        try program.sluice(
            "source", "add", "it", "--type", "git", "--url", "http://127.0.0.1:\(silent.port.number)/core.git")
        // A child of our own: Foundation would hear of its end, as the first process of many a container does not.
        var child: pid_t = 0
        let words: [String] = [Program.path, "sync", "it", "--store", program.store]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        #expect(posix_spawn(&child, Program.path, nil, nil, &arguments, environ) == 0)
        try await silent.hears()
        #expect(try program.sluice("sync", "it").status == 5)
        kill(child, SIGKILL)
        var end = siginfo_t()
        #expect(waitid(P_PID, id_t(child), &end, WEXITED | WNOWAIT) == 0)
        let repository = try GitRepository(at: program.root.path(of: "work")) { commit("a", "of another") }
        try program.sluice("source", "edit", "it", "--url", repository.path)
        let result = try program.sluice("sync", "it")
        #expect(result.status == 0, "\(result.talk)")
        #expect(try program.paths() == ["a"])
        waitpid(child, nil, 0)
    }

    @Test func `processes that sync, apply, edit and register at once lose nothing`() throws {
        let program = try Program.settled(files: 60)
        let declaration = try program.folder.write(
            "declaration.json",
            """
            {"config_contexts": [\((0..<30).map { "{\"name\": \"c\($0)\", \"data\": {\"n\": \($0)}}" }.joined(separator: ","))]}
            """)
        for index in 0..<60 { try program.root.write("t\(index).j2", Program.content(index, 2)) }
        let commands = [
            ["sync", "it"], ["register", declaration], ["apply", "--all", "--yes"],
            ["object", "edit", "config-template/t0", "--set", "description=edited"],
            ["source", "edit", "it", "--description", "edited"], ["sync", "it"], ["register", declaration], ["check"],
        ]
        let running = try commands.map { try program.start($0) }
        for (command, run) in zip(commands, running) {
            run.process.waitUntilExit()
            let (status, talk) = (run.process.terminationStatus, run.scratch.read("talk"))
            // Whoever lost a race says what to do, and doing it again does it.
            #expect([0, 1, 5].contains(status), "\(command): \(talk)")
            guard status != 0, command[0] != "apply" else { continue }
            #expect(status == 5 || talk.contains("\n-> "), "\(command): \(talk)")
            let again = try program.run(command)
            #expect(again.status == 0, "\(command), again: \(again.talk)")
        }
        #expect(try program.sluice("sync", "it").status == 0)
        #expect(try program.sluice("apply", "--all", "--yes").status == 0)
        #expect(try program.sluice("object", "list", "--format", "json").json().count == 90)
        let edited = try program.sluice("object", "show", "config-template/t0", "--format", "json").json()
        #expect(edited["description"] == "edited")
        #expect(try program.sluice("source", "show", "it", "--format", "json").json()["description"] == "edited")
        #expect(try program.sluice("object", "show", "config-template/t0", "--content").output == Program.content(0, 2))
        #expect(try program.sluice("check").status == 0)
    }
}
