import Fixtures
import Foundation
import Model
import Testing

/// A source that asks for signatures, through the program itself.
@Suite struct SignedSourceTests {
    @Test func `an unsigned revision keeps the known files and says why, until a signed one comes`() throws {
        let program = try Program()
        let key = try SSHKeyPair()
        let repository = try GitRepository(at: program.root.path(of: "work")) { commit("a.yaml", "x: 1") }
        func sign(_ content: String) throws {
            try repository.write("a.yaml", content)
            try repository.run(key.gitOptions() + ["commit", "-q", "-a", "-S", "-m", "signed"])
        }
        try sign("x: 2")
        let file = try program.folder.write("signers.pub", key.publicText + "\n")
        let declaration = """
            {"data_sources": [{"name": "core", "type": "git", "source_url": "\(repository.path)",
                               "parameters": {"signers": {"file": "\(file)"}}}]}
            """
        #expect(try program.register(declaration).status == 0)
        #expect(try program.sluice("sync", "core").status == 0)

        try repository.commit(["a.yaml": "x: 3"])
        let refused = try program.sluice("sync", "core")
        #expect(refused.status == 1)
        #expect(refused.talk.contains("it is not signed"), "\(refused.talk)")
        #expect(try program.sluice("file", "cat", "core", "a.yaml").output == "x: 2")
        let shown = try program.sluice("source", "show", "core")
        #expect(shown.output.contains("it is not signed"), "\(shown.output)")

        let tested = try program.sluice("source", "test", "core", "--format", "json")
        #expect(tested.status == 1)
        #expect(tested.output.contains("\"signature\""), "\(tested.output)")
        #expect(tested.output.contains("it is not signed"), "\(tested.output)")

        try sign("x: 4")
        #expect(try program.sluice("source", "test", "core").status == 0)
        #expect(try program.sluice("sync", "core").status == 0)
        #expect(try program.sluice("file", "cat", "core", "a.yaml").output == "x: 4")

        let nonsense = try program.sluice("source", "edit", "core", "--set", "signers=ada@example.net")
        #expect(nonsense.status != 0)
        #expect(nonsense.talk.contains("no public key"), "\(nonsense.talk)")

        // Another list of signers asks anew, also for the revision that is here.
        try program.folder.write("signers.pub", try SSHKeyPair().publicText + "\n")
        let unknown = try program.sluice("sync", "core")
        #expect(unknown.status == 1)
        #expect(unknown.talk.contains(try key.fingerprint), "\(unknown.talk)")
        #expect(try program.sluice("file", "cat", "core", "a.yaml").output == "x: 4")
    }
}
