import Fixtures
import Model
import Testing

/// A content that is not what it was is the trouble of the objects that need it, and of nobody else.
@Suite struct DamagedContentTests {
    private static let damaged: JSONValue =
        "\"c.yaml\" cannot be used: the store's copy of it is damaged, which `sluice check --repair` may mend"

    /// Files `a.yaml` and `c.yaml`, each with an object, the one that follows `c.yaml` applied by syncs; the content of
    /// `c.yaml` is damaged.
    private func program(autoSyncOfA: Bool) throws -> Program {
        let program = try Program()
        let content = "c: " + String(repeating: "of the damaged one ", count: 8)
        try program.root.write("a.yaml", "a: 1")
        try program.root.write("c.yaml", content)
        try program.sluice("source", "add", "lab", "--type", "local", "--url", program.root.path)
        try program.sluice("sync", "lab")
        try program.flip(content.utf8.prefix(80), offset: 50)
        for name in ["a", "c"] {
            let auto = name == "c" || autoSyncOfA ? ["--auto-sync"] : []
            try program.run(
                ["link", "config-context/\(name)", "--source", "lab", "--path", "\(name).yaml"] + auto)
        }
        return program
    }

    @Test func `a sync is done, applies what can be applied, and applies the rest once it is repaired`() throws {
        let program = try program(autoSyncOfA: true)
        try program.root.write("a.yaml", "a: 2")
        for outcome in ["synced", "unchanged"] as [JSONValue] {
            let synced = try program.sluice("sync", "lab", "--format", "json")
            #expect(synced.status == 3)
            let report = try #require(try synced.json()[0])
            #expect(report["outcome"] == outcome)
            #expect(report["generation"] == 2)
            #expect(report["error"] == .null)
            let applied = try #require(report["auto_applied"])
            let refused = applied[applied.count - 1]
            #expect(refused?["object"] == "config-context/c")
            #expect(refused?["outcome"] == "refused")
            #expect(applied.count == (outcome == "synced" ? 2 : 1))
        }
        #expect(try program.sluice("status", "--state", "in_sync", "--quiet").output == "config-context/a\n")
        #expect(try program.sluice("source", "show", "lab", "--format", "json").json()["status"] == "completed")

        #expect(try program.sluice("check", "--repair").status == 0)
        #expect(try program.sluice("sync", "lab").status == 0)
        #expect(try program.sluice("status", "--exit-code").status == 0)
    }

    @Test func `status tells of it, and the others are applied`() throws {
        let program = try program(autoSyncOfA: false)
        let status = try program.sluice("status", "--format", "json")
        #expect(status.status == 0)
        #expect(try status.json()[0]?["state"] == "out_of_date")
        #expect(try status.json()[1]?["state"] == "invalid")
        #expect(try status.json()[1]?["reason"] == Self.damaged)

        let applied = try program.sluice("apply", "--all", "--keep-going", "--yes", "--quiet")
        #expect(applied.status == 3)
        #expect(applied.output == "config-context/a\n")
        #expect(try program.sluice("apply", "config-context/c").status == 1)
        #expect(try program.sluice("check", "--repair").status == 0)
        #expect(try program.sluice("apply", "config-context/c").status == 0)
    }

    @Test func `content that is not there at all is the trouble of its objects too`() throws {
        let program = try Program()
        for name in ["a", "b"] { try program.root.write("\(name).j2", "the text of \(name)") }
        try program.sluice("source", "add", "lab", "--type", "local", "--url", program.root.path)
        try program.sluice("sync", "lab")
        try program.sluice("link", "config-template", "--source", "lab", "--path", "*.j2")
        try Command.run([
            "python3", "-c",
            "import sqlite3,sys; db=sqlite3.connect(sys.argv[1]); "
                + "db.execute(\"DELETE FROM content WHERE data = CAST('the text of a' AS BLOB)\"); db.commit()",
            "\(program.store)/sluice.db",
        ])
        let status = try program.sluice("status", "--format", "json").json()
        #expect(status[0]?["state"] == "invalid" && status[1]?["state"] == "out_of_date")
        let reason: JSONValue =
            "\"a.j2\" cannot be used: the store's copy of it is missing, which `sluice check --repair` may mend"
        #expect(status[0]?["reason"] == reason)
        #expect(try program.sluice("apply", "--all", "--keep-going", "--yes").status == 3)
        #expect(try program.sluice("check", "--repair").status == 0)
        #expect(try program.sluice("apply", "--all", "--yes", "--quiet").output == "config-template/a\n")
    }

    @Test func `a diff shows the others, and what cannot be shown`() throws {
        let program = try Program()
        let content = "of a template that was looked at " + String(repeating: "t", count: 90)
        try program.root.write("a.j2", content)
        try program.root.write("b.j2", "b")
        try program.sluice("source", "add", "lab", "--type", "local", "--url", program.root.path)
        try program.sluice("link", "config-template", "--source", "lab", "--path", "*.j2")
        try program.sluice("sync", "lab")
        try program.sluice("apply", "--all", "--yes")
        for name in ["a", "b"] { try program.root.write("\(name).j2", "new \(name)\n") }
        try program.sluice("sync", "lab")
        try program.flip(content.utf8.prefix(80), offset: 20)
        let diff = try program.sluice("diff", "--format", "json")
        #expect(diff.status == 0)
        let reason: JSONValue =
            "what it holds cannot be shown: the store's copy of it is damaged, which `sluice check --repair` may mend"
        #expect(try diff.json()[0]?["reason"] == reason)
        #expect(try diff.json()[0]?["diff"] == "")
        #expect(try diff.json()[1]?["diff"] != "")
        #expect(try program.sluice("diff").output.contains("+new b"))
    }

    @Test func `what was found sound before it was damaged is refused by itself too`() throws {
        let program = try Program()
        let content = "of a template that was looked at " + String(repeating: "t", count: 90)
        try program.root.write("a.j2", "a")
        try program.root.write("t.j2", content)
        try program.sluice("source", "add", "lab", "--type", "local", "--url", program.root.path)
        try program.sluice("link", "config-template", "--source", "lab", "--path", "*.j2")
        try program.sluice("sync", "lab")
        #expect(try program.sluice("status", "--state", "out_of_date", "--format", "json").json().count == 2)
        try program.flip(content.utf8.prefix(80), offset: 20)
        let applied = try program.sluice("apply", "--all", "--keep-going", "--yes", "--format", "json")
        #expect(applied.status == 3)
        #expect(try applied.json()[0]?["outcome"] == "applied")
        #expect(try applied.json()[1]?["outcome"] == "refused")
    }
}
