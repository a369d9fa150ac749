import Fixtures
import Foundation
import Model
import Testing

/// What a person sees of objects whose files cannot be replicated any more, and of permissions that cannot be read.
@Suite struct TruthfulStateTests {
    @Test func `an object whose file became a link is invalid wherever it is shown`() throws {
        let program = try Program()
        try program.root.write("leaf.j2", "one")
        try program.sluice("source", "add", "lab", "--type", "local", "--url", program.root.path)
        try program.sluice("link", "config-template/leaf", "--source", "lab", "--path", "leaf.j2")
        try program.sluice("sync", "lab")
        try program.sluice("apply", "config-template/leaf")
        #expect(try program.sluice("status", "--exit-code").status == 0)

        let file = program.root.path(of: "leaf.j2")
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "elsewhere")
        try program.sluice("sync", "lab")
        let status = try program.sluice("status", "--exit-code", "--format", "json")
        #expect(status.status == 1)
        let row = try #require(try status.json()[0])
        #expect(row["state"] == "invalid")
        #expect(row["problem"]?["kind"] == "symbolic_link")
        let reason: JSONValue = "\"leaf.j2\" cannot be used: a symbolic link to \"elsewhere\""
        #expect(row["reason"] == reason)
        let shown = try program.sluice("object", "show", "config-template/leaf", "--format", "json").json()
        #expect(shown["state"] == "invalid")
        #expect(shown["state_reason"] == reason)
        #expect(shown["template_code"] == "one")
        #expect(try program.sluice("apply", "config-template/leaf").status == 1)

        try FileManager.default.removeItem(atPath: file)
        try program.root.write("leaf.j2", "one")
        try program.sluice("sync", "lab")
        #expect(try program.sluice("status", "--exit-code").status == 0)
    }

    @Test func `a file over a new limit is told`() throws {
        let program = try Program()
        try program.root.write("leaf.j2", String(repeating: "x", count: 2_000))
        try program.sluice("source", "add", "lab", "--type", "local", "--url", program.root.path)
        try program.sluice("link", "config-template/leaf", "--source", "lab", "--path", "leaf.j2")
        try program.sluice("sync", "lab")
        try program.sluice("apply", "config-template/leaf")
        try program.sluice("source", "edit", "lab", "--set", "size_limit=1KiB")
        try program.root.write("leaf.j2", String(repeating: "y", count: 2_000))
        try program.sluice("sync", "lab")
        #expect(try program.sluice("status").output.contains("2000 bytes are over the limit of 1024 bytes"))
        #expect(try program.sluice("status", "--state", "invalid", "--quiet").output == "config-template/leaf\n")
    }

    @Test func `an expression that could take long is refused when it is written`() throws {
        let program = try Program()
        let refused = try program.sluice(
            "permission", "add", "lab", "--action", "view", "--type", "extras.configtemplate", "--constraints",
            #"{"name__regex": "(a+)\\1"}"#)
        #expect(refused.status == 2)
        #expect(refused.talk.contains("refers back to a group"))
        let allowed = try program.sluice(
            "permission", "add", "lab", "--action", "view", "--type", "extras.configtemplate", "--constraints",
            #"{"name__regex": "(a+)+$"}"#)
        #expect(allowed.status == 0)
    }

    /// As an earlier version may have stored it.
    @Test func `a stored constraint that cannot be read is told to its user and to whoever lists it`() throws {
        let program = try Program()
        try program.sluice("user", "add", "ada")
        try program.sluice(
            "permission", "add", "old", "--action", "view", "--type", "extras.configtemplate", "--user", "ada",
            "--constraints", #"{"name__regex": "placeholder"}"#)
        try Command.run([
            "python3", "-c",
            "import sqlite3,sys; db=sqlite3.connect(sys.argv[1]); "
                + "db.execute(\"UPDATE object_permission SET constraints = ? WHERE name = 'old'\", (sys.argv[2],)); db.commit()",
            "\(program.store)/sluice.db", #"{"name__regex": "(?=lab)"}"#,
        ])
        let hint = "permission \"old\" grants nothing by its constraint \"name__regex\" on extras.configtemplate"
        #expect(try program.sluice("status", "--as", "ada").talk.contains(hint))
        let listed = try program.sluice("permission", "list", "--format", "json")
        #expect(listed.talk.contains(hint))
        // The first is that of auto-sync.
        #expect(try listed.json()[0]?["constraint_faults"]?.count == 0)
        #expect(try listed.json()[1]?["constraint_faults"]?.count == 1)
        #expect(!(try program.sluice("status").talk.contains("warning")))
    }
}
