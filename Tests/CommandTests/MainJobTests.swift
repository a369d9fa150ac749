import Fixtures
import Foundation
import Model
import Testing

/// Register, replicate, flag, apply: the whole job through the program itself.
@Suite struct MainJobTests {
    private static func declaration(_ root: String) -> String {
        """
        {"data_sources": [{"name": "disk", "type": "local", "source_url": "\(root)"}],
         "config_contexts": [{"name": "ntp", "weight": 500, "data_source": "disk", "data_path": "contexts/ntp.yaml"}],
         "config_templates": [{"data_source": "disk", "data_path": "templates/**/*.j2"}],
         "export_templates": [{"name": "hosts", "object_types": ["dcim.device"], "data_source": "disk",
                               "data_path": "export/hosts.csv"}]}
        """
    }

    private func prepared() throws -> Program {
        let program = try Program()
        let root = program.root
        try root.write("contexts/ntp.yaml", "ntp:\n  servers: [10.0.0.1]\n  enabled: no\n")
        try root.write("templates/leaf.j2", "hostname {{ name }}\n")
        try root.write("templates/dc/spine.j2", "router {{ name }}\n")
        try root.write("export/hosts.csv", "{{ queryset }}\n")
        let registered = try program.register(Self.declaration(root.path))
        #expect(registered.status == 0, "\(registered.talk)")
        return program
    }

    @Test func `from nothing to applied, and from a change to a reviewed update`() throws {
        let program = try prepared()
        let root = program.root
        let first = try program.sluice("sync", "--all", "--format", "json")
        #expect(first.status == 0, "\(first.talk)")
        #expect(try first.json()[0]?["added"] == 4)
        #expect(try first.json()[0]?["newly_out_of_date"]?.count == 4)

        #expect(try program.sluice("status", "--exit-code").status == 1)
        #expect(try program.sluice("apply", "--all", "--yes").status == 0)
        #expect(try program.sluice("status", "--exit-code").status == 0)
        let shown = try program.sluice("object", "show", "config-context/ntp", "--format", "json").json()
        #expect(shown["data"] == ["ntp": ["servers": ["10.0.0.1"], "enabled": "no"]])
        #expect(shown["weight"] == 500)

        try root.write("contexts/ntp.yaml", "ntp:\n  servers: [10.0.0.1, 10.0.0.2]\n  enabled: no\n")
        try root.write("templates/leaf.j2", "hostname {{ name }}\nbanner\n")
        #expect(try program.sluice("sync", "disk").status == 0)
        let status = try program.sluice("status", "--state", "out_of_date", "--quiet")
        #expect(status.output == "config-context/ntp\nconfig-template/leaf\n")

        let diff = try program.sluice("diff", "config-template/leaf")
        #expect(diff.output.contains("+banner\n"))
        let keys = try program.sluice("diff", "config-context/ntp", "--format", "json").json()
        #expect(keys[0]?["keys"]?[0]?["path"] == "ntp.servers[1]")

        #expect(try program.sluice("apply", "config-template/leaf").status == 0)
        #expect(
            try program.sluice("object", "show", "config-template/leaf", "--content").output
                == "hostname {{ name }}\nbanner\n")
        #expect(try program.sluice("apply", "--all", "--dry-run").status == 0)
        #expect(try program.sluice("status", "--state", "out_of_date", "--quiet").output == "config-context/ntp\n")
        #expect(try program.sluice("revert", "config-template/leaf").status == 0)
        #expect(
            try program.sluice("object", "show", "config-template/leaf", "--content").output
                == "hostname {{ name }}\n")
    }

    @Test func `earlier generations can be listed and read`() throws {
        let program = try prepared()
        let root = program.root
        try program.sluice("sync", "disk")
        try root.write("templates/leaf.j2", "second\n")
        try root.remove("export/hosts.csv")
        try program.sluice("sync", "disk")
        #expect(try program.sluice("file", "cat", "disk", "templates/leaf.j2").output == "second\n")
        #expect(
            try program.sluice("file", "cat", "disk", "templates/leaf.j2", "--at", "1").output
                == "hostname {{ name }}\n")
        #expect(
            try program.sluice("file", "list", "disk", "--at", "1", "--quiet").output.contains("export/hosts.csv\n"))
        #expect(!(try program.sluice("file", "list", "disk", "--quiet").output.contains("export/hosts.csv")))
        #expect(try program.sluice("file", "cat", "disk", "export/hosts.csv").status == 1)
        #expect(
            try program.sluice("file", "history", "disk", "templates/leaf.j2", "--format", "json").json().count == 2)
    }

    @Test func `who may not view a file may not view its history, by whatever attribute`() throws {
        let program = try prepared()
        try program.sluice("sync", "disk")
        try program.sluice("user", "add", "eve")
        let id = try program.sluice("file", "show", "disk", "templates/leaf.j2", "--format", "json").json()["id"]
        let number = try #require(id).canonical
        func set(_ constraints: String) throws {
            try program.sluice("permission", "remove", "files")
            #expect(
                try program.sluice(
                    "permission", "add", "files", "--action", "view", "--type", "core.datafile", "--user", "eve",
                    "--constraints", constraints
                ).status == 0)
        }
        for (constraints, status) in [(#"{"id__lt": 1}"#, Int32(4)), (#"{"id": \#(number)}"#, 0)] {
            try set(constraints)
            for command in ["show", "history"] {
                let seen = try program.sluice("file", command, "disk", "templates/leaf.j2", "--as", "eve")
                #expect(seen.status == status, "\(command) \(constraints): \(seen.talk)")
            }
        }
    }

    @Test func `a path that no file can have is refused with what is wrong with it`() throws {
        let program = try prepared()
        for command in ["show", "cat", "history"] {
            let refused = try program.sluice("file", command, "disk", "../leaf.j2")
            #expect(refused.status == 2 && refused.talk.contains("has a component \".\" or \"..\""), "\(refused.talk)")
        }
        #expect(try program.sluice("source", "show", "a\nb").talk.contains("there is no data source"))
        #expect(try program.sluice("status", "--source", " x").status == 64)
        let unlinked = try program.sluice("unlink", "config-template", "--source", "nowhere", "--path", "*.j2")
        #expect(unlinked.status == 1 && unlinked.talk.contains("there is no data source \"nowhere\""))
    }

    @Test func `registering twice changes nothing, and removes only when asked to`() throws {
        let program = try prepared()
        let root = program.root
        #expect(try program.register(Self.declaration(root.path)).talk.contains("nothing to change"))
        let empty = #"{"data_sources": []}"#
        let kept = try program.register(empty)
        #expect(kept.output.contains("would be removed"))
        #expect(try program.sluice("source", "list", "--quiet").output == "disk\n")
        #expect(try program.register(empty, "--prune", "--dry-run").status == 0)
        #expect(try program.sluice("source", "list", "--quiet").output == "disk\n")
        let unasked = try program.register(empty, "--prune")
        #expect(unasked.status == 2 && unasked.talk.contains("-> add --yes"), "\(unasked.talk)")
        #expect(try program.sluice("source", "list", "--quiet").output == "disk\n")
        #expect(try program.register(empty, "--prune", "--yes").status == 0)
        #expect(try program.register(empty, "--prune").status == 0, "there is nothing left to ask about")
        #expect(try program.sluice("source", "list", "--quiet").output.isEmpty)
        #expect(try program.sluice("object", "list", "--quiet").output.isEmpty)
    }

    @Test func `a declaration that is wrong anywhere changes nothing and says where`() throws {
        let program = try prepared()
        let wrong = try program.register(
            """
            {"data_sources": [
              {"name": "new", "type": "local", "source_url": "/tmp"},
              {"name": "bad", "type": "git", "source_url": "https://x/y.git",
               "parameters": {"brnch": "main"}}]}
            """)
        #expect(wrong.status == 1)
        #expect(wrong.talk.contains("line 4: data_sources[1].parameters.brnch: unknown key"))
        #expect(try program.sluice("source", "list", "--quiet").output == "disk\n")
    }

    @Test func `without a permission nothing happens, and the exit code is 4`() throws {
        let program = try prepared()
        try program.sluice("sync", "disk")
        try program.sluice("user", "add", "eve")
        for command in [
            ["sync", "disk"], ["apply", "config-template/leaf"], ["source", "remove", "disk"],
            ["user", "add", "mallory"],
            ["file", "cat", "disk", "templates/leaf.j2"], ["object", "show", "config-template/leaf"],
            ["diff", "config-template/leaf"], ["apply", "--all", "--yes"], ["revert", "config-template/leaf"],
        ] {
            let run = try program.start(command + ["--as", "eve"])
            run.process.waitUntilExit()
            #expect(run.process.terminationStatus == 4, "\(command): \(run.scratch.read("talk"))")
            #expect(run.scratch.read("output").isEmpty)
        }
        #expect(try program.sluice("status", "--as", "eve", "--exit-code").status == 4)

        try program.sluice(
            "permission", "add", "leaves", "--action", "view", "--action", "sync", "--type", "extras.configtemplate",
            "--constraints", #"{"name__startswith": "leaf"}"#, "--user", "eve")
        #expect(try program.sluice("status", "--as", "eve", "--quiet").output == "config-template/leaf\n")
        #expect(try program.sluice("apply", "config-template/leaf", "--as", "eve").status == 0)
        let mixed = try program.sluice("apply", "config-template/leaf", "config-template/dc/spine", "--as", "eve")
        #expect(mixed.status == 4)
        #expect(mixed.talk.contains("dc/spine"))
        let audit = try program.sluice("audit", "--format", "json", "--limit", "1").json()
        #expect(audit[0]?["user"] == "eve")
        #expect(audit[0]?["acted_by"] != .null)
    }

    @Test func `one failing source does not stop the others`() throws {
        let program = try prepared()
        try program.sluice("source", "add", "gone", "--type", "local", "--url", "/nonexistent/folder")
        let run = try program.sluice("sync", "--all", "--format", "json")
        #expect(run.status == 3)
        #expect(try run.json().count == 2)
        #expect(try program.sluice("sync", "gone").status == 1)
        #expect(try program.sluice("source", "show", "gone", "--format", "json").json()["status"] == "failed")
    }

    @Test func `bulk applying asks, and without anybody to ask it needs --yes`() throws {
        let program = try prepared()
        try program.sluice("sync", "disk")
        let unasked = try program.sluice("apply", "--all")
        #expect(unasked.status == 2)
        #expect(unasked.talk.contains("--yes"))
        #expect(try program.sluice("status", "--state", "in_sync", "--quiet").output.isEmpty)
        #expect(try program.sluice("apply", "--all", "--match", "l*", "--yes").status == 0)
        #expect(try program.sluice("status", "--state", "in_sync", "--quiet").output == "config-template/leaf\n")
    }

    @Test func `what names nothing is refused`() throws {
        let program = try prepared()
        try program.sluice("sync", "disk")
        #expect(try program.sluice("file", "list", "disk", "--at", "99").status == 1)
        #expect(try program.sluice("file", "cat", "disk", "templates/leaf.j2", "--at", "0").status == 1)
        #expect(try program.sluice("status", "--source", "nowhere").status == 1)
        #expect(try program.sluice("user", "add", "").status == 2)
        #expect(try program.sluice("group", "add", "a\nb").status == 2)
        #expect(try program.sluice("link", "config-template/x", "--source", "disk", "--path", "q/*.j2").status == 2)
        #expect(try program.sluice("source", "add", "x", "--type", "ftp", "--url", "/x").status == 2)
        #expect(try program.sluice("apply", "no-kind/x").status == 64)
        #expect(try program.sluice("user", "edit", ThisUser.name, "--superuser", "false").status == 1)
    }

    @Test func `commands that have nothing to do with each other may run at once`() throws {
        let program = try Program()
        let runs = try (0..<6).map { number in
            try program.start(["source", "add", "s\(number)", "--type", "local", "--url", program.root.path])
        }
        for run in runs {
            run.process.waitUntilExit()
            #expect(run.process.terminationStatus == 0, "\(run.scratch.read("talk"))")
        }
        #expect(try program.sluice("source", "list", "--format", "json").json().count == 6)
    }

    @Test func `a link to another file with the same content leaves the object in sync`() throws {
        let program = try prepared()
        try program.root.write("moved/ntp.yaml", "ntp:\n  servers: [10.0.0.1]\n  enabled: no\n")
        try program.sluice("sync", "disk")
        try program.sluice("apply", "--all", "--yes")
        #expect(
            try program.sluice("link", "config-context/ntp", "--source", "disk", "--path", "moved/ntp.yaml").status == 0
        )
        #expect(try program.sluice("status", "--exit-code").status == 0)
    }

    @Test func `a link to a source that is not there is refused with its place`() throws {
        let program = try prepared()
        let wrong = try program.register(
            """
            {"config_templates": [
              {"name": "x", "data_source": "nowhere", "data_path": "x.j2"}]}
            """)
        #expect(wrong.status == 1)
        #expect(wrong.talk.contains("line 2: config_templates[0].data_source"), "\(wrong.talk)")
    }

    @Test func `an unknown source does not stop the others`() throws {
        let program = try prepared()
        let run = try program.sluice("sync", "nowhere", "disk", "--format", "json")
        #expect(run.status == 3)
        #expect(try run.json()[0]?["outcome"] == "failed")
        #expect(try run.json()[1]?["outcome"] == "synced")
    }

    @Test func `output that cannot be written is no success`() throws {
        let program = try prepared()
        let script = "exec \"$0\" source list --store \"$1\""
        try Command.run(["bash", "-c", script, Program.path, program.store])
        #expect(throws: FixtureError.self) {
            try Command.run(["bash", "-c", script + " >/dev/full", Program.path, program.store])
        }
    }
}

enum ThisUser {
    static let name = NSUserName()
}
