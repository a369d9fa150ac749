import Fixtures
import Foundation
import Model
import Testing

/// Which revision and which files a source takes, through the program itself.
@Suite struct SelectionJobTests {
    /// A repository with two products' tags, and a source that follows one of them in one folder.
    private struct Job {
        let program: Program
        let server: GitServer
        let repository: GitRepository

        init() throws {
            program = try Program()
            server = try GitServer()
            repository = try server.repository {
                commit([
                    "leaf/templates/bgp.j2": "bgp 1", "leaf/templates/drafts/new.j2": "draft",
                    "leaf/templates/notes.md": "notes", "leaf/vars/ntp.yaml": "a: 1",
                    "leaf/.sluiceignore": "*.md\ndrafts/*\n",
                    "leaf/README": "read", "spine/templates/bgp.j2": "spine",
                ])
                git("tag", "leaf-v1.2.0")
                git("tag", "spine-v1.3.0")
            }
        }

        func register() throws {
            let registered = try program.register(
                """
                {"data_sources": [{"name": "leaf", "type": "git", "source_url": "\(server.url())",
                   "ignore_rules": ["*.bak"],
                   "parameters": {"tag_range": "leaf-v1.2.x", "sub_path": "leaf", "use_sluiceignore": true,
                                  "include": ["templates/*", "vars/*.yaml"]}}],
                 "config_templates": [{"data_source": "leaf", "data_path": "templates/**/*.j2"}]}
                """)
            #expect(registered.status == 0, "\(registered.talk)")
        }

        /// The report of a sync of the source.
        func sync(_ arguments: String..., status: Int32 = 0) throws -> JSONValue? {
            let process = try program.start(["sync", "leaf", "--format", "json"] + arguments)
            process.process.waitUntilExit()
            #expect(process.process.terminationStatus == status, "\(process.scratch.read("talk"))")
            return try JSONParser.parse(process.scratch.read("output").utf8)[0]
        }

        func files() throws -> [String] {
            try program.sluice("file", "list", "leaf", "--quiet").output.split(separator: "\n").map(String.init)
        }
    }

    @Test func `a tag range, a sub-path, include patterns and an ignore file in the tree work together`() throws {
        let job = try Job()
        try job.register()
        let (repository, program) = (job.repository, job.program)
        let first = try job.sync()
        #expect(first?["revision"]?["ref"] == "refs/tags/leaf-v1.2.0")
        #expect(first?["notices"] == [])
        #expect(try job.files() == ["templates/bgp.j2", "templates/drafts/new.j2", "vars/ntp.yaml"])
        #expect(
            try program.sluice("object", "list", "--quiet").output
                == "config-template/bgp\nconfig-template/drafts/new\n")

        // What is not tagged, or tagged for another product, or with a version outside the range, is not seen.
        try repository.commit(["leaf/templates/bgp.j2": "bgp 2", "leaf/templates/bgp.j2.bak": "old"])
        try repository.git("tag", "spine-v1.4.0")
        try repository.git("tag", "leaf-v2.0.0")
        try repository.git("tag", "leaf-v1.2.1-rc.1")
        #expect(try job.sync()?["outcome"] == "unchanged")

        // The ignore file alone changes what there is.
        try repository.commit(["leaf/.sluiceignore": "*/drafts/*\n!*.bak\n"])
        try repository.git("tag", "-a", "-m", "noted", "leaf-v1.2.1")
        let second = try job.sync()
        #expect(second?["revision"]?["ref"] == "refs/tags/leaf-v1.2.1")
        #expect(second?["notices"] == [])
        #expect(try job.files() == ["templates/bgp.j2", "templates/notes.md", "vars/ntp.yaml"])
        #expect(
            try program.sluice("status", "--source", "leaf", "--state", "out_of_date", "--quiet").output.contains("bgp")
        )

        // The same tag on another commit, which touches nothing of the folder.
        try repository.commit(["spine/templates/bgp.j2": "spine 2"])
        let before = try repository.git("rev-parse", "leaf-v1.2.1^{commit}").prefix(12)
        try repository.git("tag", "-f", "leaf-v1.2.1")
        let notice = "tag leaf-v1.2.1 was moved from \(before) to \(try repository.head.prefix(12))"
        let rehearsal = try program.sluice("sync", "leaf", "--dry-run")
        #expect(rehearsal.output.contains("  ! \(notice)\n"), "\(rehearsal.output)")
        let third = try job.sync()
        #expect(third?["outcome"] == "unchanged")
        #expect(third?["generation"] == second?["generation"])
        #expect(third?["notices"] == [.string(notice)])
        #expect(try program.sluice("audit", "--limit", "1").output.contains(notice))
        let text = try program.sluice("sync", "leaf").output
        #expect(text.contains(" of tag leaf-v1.2.1, "), "\(text)")
        #expect(!text.contains("moved"))
    }

    @Test func `an ignore file that leaves out most of what is known holds the sync`() throws {
        let job = try Job()
        try job.register()
        let many = Dictionary(uniqueKeysWithValues: (0..<30).map { ("leaf/vars/\($0).yaml", "a: \($0)") })
        try job.repository.commit(many)
        try job.repository.git("tag", "leaf-v1.2.1")
        #expect(try job.sync()?["added"] == 33)
        try job.repository.commit(["leaf/.sluiceignore": "*"])
        try job.repository.git("tag", "leaf-v1.2.2")
        #expect(try job.sync(status: 1)?["outcome"] == "held")
        #expect(try job.files().count == 33)
        try job.repository.commit(["leaf/.sluiceignore": "\u{FEFF}# nothing\n"])
        try job.repository.git("tag", "leaf-v1.2.3")
        #expect(try job.sync()?["removed"] == 0)
        #expect(try job.files().count == 34)
        let broken = job.repository.path + "/leaf/.sluiceignore"
        try Data([0xFF]).write(to: URL(fileURLWithPath: broken))
        try job.repository.commit([:])
        try job.repository.git("tag", "leaf-v1.2.4")
        let failed = try job.sync(status: 1)
        #expect(failed?["outcome"] == "failed")
        #expect(failed?["notices"] == .null)
        #expect(try job.files().count == 34)
    }

    @Test func `lists are given line by line, and replace what was there`() throws {
        let job = try Job()
        try job.register()
        func included() throws -> JSONValue? {
            try job.program.sluice("source", "show", "leaf", "--format", "json").json()["parameters"]?["include"]
        }
        #expect(try included() == "templates/*\nvars/*.yaml")
        let edited = try job.program.sluice(
            "source", "edit", "leaf", "--set", "include=a,b/*", "--set", "include=README", "--set", "tag_range=*",
            "--set", "tag_prefix=leaf-v")
        #expect(edited.status == 0, "\(edited.talk)")
        #expect(try included() == "a,b/*\nREADME")
        #expect(try job.sync()?["revision"]?["ref"] == "refs/tags/leaf-v1.2.0")
        #expect(try job.files() == ["README"])
        #expect(try job.program.sluice("source", "edit", "leaf", "--set", "include=*.j2").status == 0)
        #expect(try included() == "*.j2")
        #expect(try job.program.sluice("source", "edit", "leaf", "--set", "include=").status == 0)
        #expect(try included() == nil)
        let twice = try job.program.sluice("source", "edit", "leaf", "--set", "sub_path=a", "--set", "sub_path=b")
        #expect(twice.status != 0)
        #expect(twice.talk.contains("parameters.sub_path: must be one value, not a list"), "\(twice.talk)")
        for (settings, clause) in [
            (["branch=main"], "parameters: cannot follow both `branch` and `tag_range`"),
            (["branch=env:HOME"], "parameters: cannot follow both `branch` and `tag_range`"),
            (["tag_range="], "parameters: cannot follow `tag_prefix` alone"),
            (["tag_prefix=", "tag_range=main"], "parameters: cannot follow `tag_range` \"main\""),
            (["sub_path=../x"], "parameters: cannot take \"../x\" as `sub_path`"),
        ] {
            let edit = try job.program.start(["source", "edit", "leaf"] + settings.flatMap { ["--set", $0] })
            edit.process.waitUntilExit()
            #expect(edit.process.terminationStatus == 2, "\(settings)")
            #expect(edit.scratch.read("talk").contains(clause), "\(edit.scratch.read("talk"))")
        }
        // What a reference says is known when it is read.
        let edit = try job.program.sluice("source", "edit", "leaf", "--set", "tag_range=env:HOME")
        #expect(edit.status == 0, "\(edit.talk)")
        let refused = try job.program.sluice("sync", "leaf")
        #expect(refused.status == 1)
        #expect(refused.talk.contains("cannot follow `tag_range`"), "\(refused.talk)")
    }

    @Test(arguments: ["disk", "bucket"])
    func `a changed ignore file alone removes and brings back files`(_ kind: String) async throws {
        let program = try Program()
        var bucket: S3Bucket?
        if kind == "bucket" { bucket = try S3Bucket(on: await .shared()) }
        func hold(_ rules: String) throws {
            for (name, content) in [".sluiceignore": rules, "a.yaml": "a: 1", "b.md": "b"] {
                if let bucket { try bucket.put(name, content) } else { try program.root.write(name, content) }
            }
        }
        let added = try program.sluice(
            "source", "add", "core", "--type", bucket == nil ? "local" : "amazon-s3", "--url",
            bucket?.url ?? program.root.path, "--set", "use_sluiceignore=true",
            environment: [:])
        #expect(added.status == 0, "\(added.talk)")
        if let server = bucket?.server {
            try program.folder.write("secret", server.secretKey)
            let edited = try program.sluice(
                "source", "edit", "core", "--set", "aws_access_key_id=\(server.accessKey)", "--set",
                "aws_secret_access_key=file:\(program.folder.path(of: "secret"))")
            #expect(edited.status == 0, "\(edited.talk)")
        }
        for (rules, files) in [("*.md\n", "a.yaml\n"), ("# none\n", "a.yaml\nb.md\n"), ("a*\n", "b.md\n")] {
            try hold(rules)
            let synced = try program.sluice("sync", "core")
            #expect(synced.status == 0, "\(synced.talk)")
            #expect(try program.sluice("file", "list", "core", "--quiet").output == files)
        }
    }
}
