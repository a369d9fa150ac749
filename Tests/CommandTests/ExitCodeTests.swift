import Fixtures
import Foundation
import Model
import Testing

/// The exit codes of the README's table, each by the ways that lead to it.
@Suite struct ExitCodeTests {
    private func program() throws -> Program {
        let program = try Program()
        try program.root.write("good.yaml", "a: 1\n")
        try program.root.write("bad.yaml", "- 1\n")
        try program.sluice("source", "add", "disk", "--type", "local", "--url", program.root.path)
        try program.sluice("source", "add", "gone", "--type", "local", "--url", program.root.path(of: "none"))
        try program.sluice("link", "config-context/good", "--source", "disk", "--path", "good.yaml")
        try program.sluice("link", "config-context/bad", "--source", "disk", "--path", "bad.yaml")
        return program
    }

    @Test func `3 is for what went partly well, and for nothing else`() throws {
        let program = try program()
        #expect(try program.sluice("sync", "disk", "gone").status == 3)
        #expect(try program.sluice("sync", "gone", "none").status == 1)
        try program.sluice("user", "add", "ada")
        try program.sluice(
            "permission", "add", "gone", "--action", "sync", "--type", "core.datasource", "--user", "ada",
            "--constraints", #"{"name": "gone"}"#)
        let refused = try program.sluice("sync", "disk", "gone", "--as", "ada")
        #expect(refused.status == 1, "one is not permitted, the other fails: \(refused.talk)")
        #expect(try program.sluice("sync", "disk", "--as", "ada").status == 4)

        let objects = ["config-context/good", "config-context/bad"]
        #expect(try program.run(["apply"] + objects).status == 1)
        #expect(try program.run(["apply"] + objects + ["--keep-going"]).status == 3)
        #expect(try program.run(["apply", objects[1], "--keep-going"]).status == 1)

        // What a sync was to apply by itself, and could not.
        try program.sluice("permission", "edit", "auto-sync", "--type", "extras.configcontext")
        #expect(try program.sluice("object", "edit", objects[1], "--auto-sync", "true").status == 0)
        try program.root.write("bad.yaml", "- 2\n")
        #expect(try program.sluice("sync", "disk").status == 3)
    }

    @Test func `options that would have no effect are refused`() throws {
        let program = try program()
        for command in ["apply", "diff"] {
            #expect(try program.sluice(command, "config-context/good", "--match", "x").status == 64)
            #expect(try program.sluice(command, "config-context/good", "--source", "disk").status == 64)
        }
    }

    @Test func `--quiet prints names and nothing else`() throws {
        let program = try program()
        try program.sluice("sync", "disk")
        let rehearsed = try program.sluice("apply", "--all", "--dry-run", "--quiet")
        #expect(rehearsed.output == "config-context/good\n")
        let declared = #"{"config_templates": [{"name": "a", "template_code": "1"}]}"#
        #expect(try program.register(declared, "--quiet").output == "config template \"a\"\n")
    }
}
