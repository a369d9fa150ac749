import Fixtures
import Foundation
import Model
import Testing

/// What listings say to a person.
@Suite struct ListingTests {
    private func program() throws -> Program {
        let program = try Program()
        try program.root.write("a.j2", "1")
        try program.sluice("source", "add", "disk", "--type", "local", "--url", program.root.path)
        try program.sluice("link", "config-template/leaf", "--source", "disk", "--path", "a.j2")
        try program.sluice("sync", "disk")
        return program
    }

    @Test func `what leaves out everything is not said to be empty`() throws {
        let program = try program()
        for filter in [["--match", "lab-*"], ["--kind", "config-context"], ["--state", "conflict"]] {
            let status = try program.run(["status"] + filter)
            #expect(status.talk == "no linked object matches\n", "\(filter)")
            #expect(status.output == "")
        }
        #expect(try program.sluice("file", "list", "disk", "lab/*").talk == "no file matches \"lab/*\"\n")
        #expect(try program.sluice("object", "list", "--kind", "config-context").talk == "no config contexts\n")
        #expect(try program.sluice("audit", "--before", "1").talk == "no rows before 1\n")
        #expect(try program.sluice("diff", "--match", "lab-*").talk == "nothing that matches can be applied\n")
        let applied = try program.sluice("apply", "--all", "--match", "lab-*", "--yes")
        #expect(applied.talk.hasPrefix("nothing that matches is out of date\n"), "\(applied.talk)")
        #expect(try program.sluice("apply", "--all", "--yes").status == 0)
        #expect(try program.sluice("diff").talk == "nothing can be applied\n")
        #expect(try program.sluice("unlink", "config-template/leaf").status == 0)
        #expect(try program.sluice("status").talk == "no linked objects\n")
    }

    @Test func `as many rows of the audit log are shown as are asked for, whatever lies between them`() throws {
        let program = try program()
        for name in ["ada", "ben", "cyd", "dan"] { try program.sluice("user", "add", name) }
        try program.sluice(
            "permission", "add", "files", "--action", "view", "--type", "core.datasource", "--user", "ada")
        let all = try program.sluice("audit", "--format", "json").json()
        let ofSources = (0..<all.count).filter { all[$0]?["object_type"] == "core.datasource" }
        try #require(ofSources.count > 1)
        let seen = try program.sluice("audit", "--limit", "1", "--as", "ada", "--format", "json").json()
        #expect(seen.count == 1)
        #expect(seen[0]?["number"] == all[ofSources[0]]?["number"])
        #expect(try program.sluice("audit", "--limit", "0").status == 64)
    }

    @Test func `what cannot be seen in a name is written out in tables and talk, and exact in JSON`() throws {
        let program = try Program()
        let (name, path) = ("core\u{202E}moc", "a\u{200B}\u{2066}b.j2")
        let shown = ("core\\xe2\\x80\\xaemoc", "a\\xe2\\x80\\x8b\\xe2\\x81\\xa6b.j2")
        try program.root.write(path, "x\u{202E}y")
        try FileManager.default.createSymbolicLink(
            atPath: program.root.path(of: "l\u{E0041}nk"), withDestinationPath: "a")
        let added = try program.sluice("source", "add", name, "--type", "local", "--url", program.root.path)
        #expect(added.talk.contains("\"\(shown.0)\""), "\(added.talk)")
        try program.sluice("link", "config-template/x\u{2069}", "--source", name, "--path", path)
        for command in [
            ["sync", name], ["sync", "none\u{202E}"], ["source", "list"], ["source", "show", name],
            ["file", "list", name],
            ["file", "show", name, path], ["status"], ["object", "list"],
            ["object", "show", "config-template/x\u{2069}"],
            ["diff", "--source", name], ["apply", "config-template/x\u{2069}"], ["audit"],
            ["object", "show", "config-template/x\u{2069}"], ["file", "history", name, path],
            ["file", "cat", name, "\u{202E}"],
            ["register", try program.folder.write("d.json", "{}"), "--dry-run"],
        ] {
            let run = try program.run(command)
            let text = run.talk + (command[0] == "diff" ? "" : run.output)
            #expect(!text.unicodeScalars.contains { $0.isUnseen && $0 != "\n" }, "\(command): \(text)")
        }
        #expect(try program.sluice("source", "list").output.contains(shown.0))
        #expect(try program.sluice("file", "list", name).output.contains(shown.1))
        #expect(try program.sluice("source", "show", name).output.contains("l\\xf3\\xa0\\x81\\x81nk"))
        #expect(try program.sluice("source", "list", "--format", "json").json()[0]?["name"] == .string(name))
        #expect(try program.sluice("file", "list", name, "--format", "json").json()[0]?["path"] == .string(path))
        #expect(try program.sluice("file", "list", name, "--quiet").output == path + "\n")
        #expect(try program.sluice("file", "cat", name, path).output == "x\u{202E}y")
        #expect(try program.sluice("object", "show", "config-template/x\u{2069}", "--content").output == "x\u{202E}y")
    }

    @Test func `a history that is cut off says so`() throws {
        let program = try program()
        for round in 2...3 {
            try program.root.write("a.j2", "\(round)")
            try program.sluice("sync", "disk")
        }
        for what in [["disk"], ["disk", "a.j2"]] {
            let two = try program.run(["file", "history"] + what + ["--limit", "2", "--format", "json"])
            #expect(try two.json().count == 2)
            #expect(two.talk == "there are older ones; see more with --limit\n")
            let all = try program.run(["file", "history"] + what + ["--limit", "3", "--format", "json"])
            #expect(try all.json().count == 3)
            #expect(all.talk == "")
        }
        #expect(try program.sluice("file", "history", "disk", "--limit", "0").status == 64)
    }

    @Test func `a permission can be taken from everybody`() throws {
        let program = try program()
        try program.sluice("user", "add", "ada")
        try program.sluice("permission", "add", "p", "--action", "view", "--type", "core.datasource", "--user", "ada")
        #expect(try program.sluice("permission", "edit", "p", "--user", "").status == 0)
        let permissions = try program.sluice("permission", "list", "--format", "json").json()
        let users = (0..<permissions.count).compactMap { permissions[$0] }.first { $0["name"] == "p" }?["users"]
        #expect(users?.count == 0)
    }
}
