import Fixtures
import Foundation
import Model
import Testing

@Suite struct KeyCommands {
    private static let password = "hunter2-password"

    /// A program with a source whose password a server can see.
    private func prepared(_ environment: [String: String] = [:]) throws -> (Program, ScriptedServer) {
        let program = try Program(environment: environment)
        let server = try ScriptedServer { _, _ in ScriptedServer.answer("no", status: 404) }
        try add("core", to: program, server)
        return (program, server)
    }

    private func add(_ name: String, to program: Program, _ server: ScriptedServer) throws {
        let added = try program.sluice(
            "source", "add", name, "--type", "git", "--url", server.url + "/\(name).git", "--set", "username=ada",
            "--set", "password=\(Self.password)")
        #expect(added.status == 0, "\(added.talk)")
    }

    /// Whether a sync gives the server the right password.
    private func isOpen(_ program: Program, _ server: ScriptedServer, _ name: String = "core") throws -> Bool {
        let before = server.requests.count
        let run = try program.sluice("sync", name)
        let expected = "Basic " + Data("ada:\(Self.password)".utf8).base64EncodedString()
        let given = server.requests.dropFirst(before).compactMap { $0.headers["authorization"] }
        if given.isEmpty { Issue.record("nothing was asked: \(run.talk)") }
        return given.allSatisfy { $0 == expected }
    }

    @Test func `the key is shown by its name, and changed`() throws {
        let (program, server) = try prepared()
        let before = try program.sluice("key", "show", "--format", "json").json()
        #expect(before["secrets"] == 1 && before["older_keys"]?.count == 0)
        #expect(before["place"] == .string("the key file \"\(program.store)/secret.key\""))
        let key = program.folder.read("store/secret.key").split(separator: "\n").last.map(String.init) ?? "?"
        #expect(try program.sluice("key", "rotate").status == 0)
        let after = try program.sluice("key", "show", "--format", "json")
        #expect(try after.json()["id"] != before["id"] && after.json()["secrets"] == 1)
        #expect(!after.output.contains(key) && !program.folder.read("store/secret.key").contains(key))
        #expect(try isOpen(program, server))
        let audit = try program.sluice("audit", "--format", "json", "--limit", "9").json()
        guard case .array(let rows) = audit else { return #expect(Bool(false)) }
        #expect(rows.contains { $0["action"] == "rotate" && $0["object_type"] == "core.configrevision" })
    }

    @Test func `a new key whose folder cannot be flushed to the disk encrypts nothing yet`() throws {
        let program = try Program()
        let folder = program.folder.path(of: "keys")
        try program.folder.write("keys/key", Data(repeating: 7, count: 32).base64EncodedString() + "\n", mode: 0o600)
        let environment = ["SLUICE_SECRET_KEY_FILE": folder + "/key"]
        let added = try program.sluice(
            "source", "add", "core", "--type", "git", "--url", "https://127.0.0.1:1/x.git", "--set", "password=x",
            environment: environment)
        #expect(added.status == 0, "\(added.talk)")
        // It may be written but not opened for reading, as flushing takes.
        try FileManager.default.setAttributes([.posixPermissions: 0o300], ofItemAtPath: folder)
        let rotated = try program.run(["key", "rotate"], environment: environment, through: BadSurroundings.obedient)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
        #expect(rotated.status == 1)
        #expect(rotated.talk.contains("cannot be flushed to the disk: permission denied"), "\(rotated.talk)")
        let shown = try program.sluice("key", "show", "--format", "json", environment: environment).json()
        #expect(shown["older_keys"]?.count == 1, "the secret is encrypted with the old key, which is kept")
        #expect(try program.sluice("key", "rotate", environment: environment).status == 0)
        let settled = try program.sluice("key", "show", "--format", "json", environment: environment).json()
        #expect(settled["older_keys"]?.count == 0 && settled["id"] == shown["id"])
    }

    @Test func `key and settings are for superusers, whatever was granted`() throws {
        let (program, _) = try prepared()
        try program.sluice("user", "add", "eve")
        try program.sluice(
            "permission", "add", "all", "--action", "view", "--action", "add", "--action", "change", "--action",
            "delete", "--type", "core.configrevision", "--user", "eve")
        for command in [
            ["key", "show"], ["key", "rotate"], ["setting", "list"], ["setting", "set", "local_roots", "/srv"],
            ["setting", "unset", "local_roots"],
        ] {
            let run = try program.start(command + ["--as", "eve"])
            run.process.waitUntilExit()
            #expect(run.process.terminationStatus == 4, "\(command): \(run.scratch.read("talk"))")
            #expect(run.scratch.read("output").isEmpty)
        }
        #expect(try program.sluice("setting", "list", "--format", "json").json()[0]?["value"] == .null)
    }

    @Test func `without the key everything works that needs no secret`() throws {
        let (program, server) = try prepared()
        try program.root.write("a.j2", "1")
        try program.sluice("source", "add", "disk", "--type", "local", "--url", program.root.path)
        try program.sluice("link", "config-template/a", "--source", "disk", "--path", "a.j2")
        try program.folder.remove("store/secret.key")
        for command in [
            ["source", "list"], ["source", "show", "core"], ["sync", "disk"], ["status"], ["apply", "--all", "--yes"],
            ["audit"], ["key", "show"], ["source", "edit", "core", "--description", "x"],
        ] {
            let run = try program.start(command)
            run.process.waitUntilExit()
            #expect(run.process.terminationStatus == 0, "\(command): \(run.scratch.read("talk"))")
        }
        let sync = try program.sluice("sync", "core")
        #expect(sync.status == 1)
        #expect(
            sync.talk.contains("cannot open \"password\" of data source \"core\"") && sync.talk.contains("put the file")
        )
        #expect(server.requests.isEmpty)
        #expect(try program.sluice("key", "rotate").status == 1)
        // The way out that the message tells.
        #expect(try program.sluice("source", "edit", "core", "--set", "password=").status == 0)
        let anew = try program.sluice("source", "edit", "core", "--set", "password=\(Self.password)")
        #expect(anew.status == 0, "\(anew.talk)")
        #expect(try isOpen(program, server))
    }

    @Test func `a key from the environment is followed from one to the next, and no other program gets it`() throws {
        let keys = [1, 2].map { Data(repeating: UInt8($0), count: 32).base64EncodedString() }
        let program = try Program()
        let server = try ScriptedServer { _, _ in ScriptedServer.answer("no", status: 404) }
        let first = ["SLUICE_SECRET_KEY": keys[0]]
        let second = ["SLUICE_SECRET_KEY": keys[1], "SLUICE_SECRET_KEY_PREVIOUS": keys[0]]
        let dump = program.folder.path(of: "dump")
        let script = try program.folder.write("give", "#!/bin/sh\nenv > \(dump)\necho \(Self.password)\n", mode: 0o755)
        let added = try program.sluice(
            "source", "add", "core", "--type", "git", "--url", server.url + "/x.git", "--set", "password=hidden",
            environment: first)
        #expect(added.status == 0, "\(added.talk)")
        #expect(!FileManager.default.fileExists(atPath: program.store + "/secret.key"))
        #expect(
            try program.sluice("sync", "core", environment: ["SLUICE_SECRET_KEY": keys[1]]).talk.contains(
                "-> set SLUICE_SECRET_KEY to the key that it was"))
        let same = try program.sluice("key", "rotate", environment: first)
        #expect(same.status == 0 && same.talk.contains("-> to change it, set SLUICE_SECRET_KEY"), "\(same.talk)")
        let rotated = try program.sluice("key", "rotate", environment: second)
        #expect(rotated.status == 0 && !rotated.talk.contains("->"), "\(rotated.talk)")
        let status = try program.sluice("key", "show", "--format", "json", environment: ["SLUICE_SECRET_KEY": keys[1]])
        #expect(try status.json()["secrets"] == 1)
        #expect(!status.output.contains(keys[1]))
        try program.sluice("source", "edit", "core", "--set", "username=command:\(script)", environment: second)
        try program.sluice("sync", "core", environment: second)
        let seen = program.folder.read("dump")
        #expect(seen.contains("PATH=") && !seen.contains("SLUICE_SECRET_KEY"))
    }

    @Test func `kill -9 in the middle of changing the key loses no secret`() async throws {
        var random = SeededRandom(seed: 31)
        let (program, server) = try prepared()
        for index in 0..<40 { try add("s\(index)", to: program, server) }
        var ids: Set<String> = []
        for round in 0..<16 {
            let key = inode(program.store + "/secret.key")
            let run = try program.start(["key", "rotate"])
            if round.isMultiple(of: 2) {
                // At the worst moment: the file has the new key, and the store does not know it yet.
                while inode(program.store + "/secret.key") == key, run.process.isRunning {}
            } else {
                try await Task.sleep(for: .milliseconds(Int.random(in: 2...60, using: &random)))
            }
            kill(run.process.processIdentifier, SIGKILL)
            run.process.waitUntilExit()
            #expect(try isOpen(program, server, "s\(round)"), "round \(round)")
            let status = try program.sluice("key", "show", "--format", "json").json()
            ids.insert("\(status["id"] ?? .null)")
            if round.isMultiple(of: 4) {
                #expect(try program.sluice("key", "rotate").status == 0, "round \(round)")
                let settled = try program.sluice("key", "show", "--format", "json").json()
                #expect(settled["secrets"] == 41 && settled["older_keys"]?.count == 0, "round \(round)")
            }
        }
        #expect(ids.count > 1, "no round came far enough to make a key")
        #expect(try FileManager.default.contentsOfDirectory(atPath: program.store).count { $0.contains("draft") } <= 1)
        #expect(try program.sluice("key", "rotate").status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: program.store).count { $0.contains("draft") } == 0)
    }

    private func inode(_ path: String) -> ino_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_ino : 0
    }

    @Test func `registering the same secrets again changes nothing`() throws {
        let program = try Program()
        func declaration(_ password: String) -> String {
            """
            {"data_sources": [{"name": "a", "type": "git", "source_url": "http://ada:inurl@127.0.0.1:9/x.git",
              "parameters": {"password": "\(password)"}}]}
            """
        }
        #expect(try program.register(declaration("one")).status == 0)
        #expect(try program.register(declaration("one")).talk.contains("nothing to change"))
        #expect(try program.register(declaration("two")).output.contains("a\": parameters.password"))
        let foreign = try program.register(
            """
            {"data_sources": [{"name": "a", "type": "git", "source_url": "http://127.0.0.1:9/x.git",
              "parameters": {"password": {"sealed": "1:00:AA"}}}]}
            """)
        #expect(foreign.status == 1 && foreign.talk.contains("unknown key"))
    }
}
