import Fixtures
import Model
import Testing

/// A pattern over files of which one has a name that no object can have.
@Suite struct PatternProblemTests {
    private func program() throws -> Program {
        let program = try Program()
        for name in ["a", " b", "c"] { try program.root.write("t/\(name).j2", name) }
        try program.sluice("source", "add", "disk", "--type", "local", "--url", program.root.path)
        #expect(try program.sluice("sync", "disk").status == 0)
        return program
    }

    /// The others have their objects, and the source tells of this one, now and after each sync.
    private func expectLinked(_ program: Program, _ result: Program.Result) throws {
        #expect(result.status == 0, "\(result.talk)")
        #expect(
            result.talk.contains("warning: data source \"disk\": t/ b.j2: the pattern \"t/*.j2\" makes no legal name"),
            "\(result.talk)")
        for _ in 0..<2 {
            #expect(try program.sluice("object", "list", "--quiet").output == "config-template/a\nconfig-template/c\n")
            let problems = try #require(
                try program.sluice("source", "show", "disk", "--format", "json").json()["problems"])
            #expect(problems.count == 1)
            #expect(problems[0]?["path"] == "t/ b.j2")
            #expect(problems[0]?["kind"] == "unlinkable")
            try program.root.write("t/a.j2", "another")
            #expect(try program.sluice("sync", "disk").status == 0)
        }
    }

    @Test func `linking costs only the file with the name`() throws {
        let program = try program()
        try expectLinked(
            program, try program.sluice("link", "config-template", "--source", "disk", "--path", "t/*.j2"))
    }

    @Test func `registering costs only the file with the name`() throws {
        let program = try program()
        let declaration = #"{"config_templates": [{"data_source": "disk", "data_path": "t/*.j2"}]}"#
        try expectLinked(program, try program.register(declaration))
        #expect(try program.register(declaration).talk == "nothing to change\n")
    }
}
