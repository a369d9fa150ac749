import Fixtures
import Foundation
import Model
import Testing

/// A source with submodules, through the program itself.
@Suite struct SubmoduleSourceTests {
    @Test func `a submodule whose repository is gone keeps its files, and comes back by itself`() throws {
        let program = try Program()
        let server = try GitServer()
        let library = try server.repository("lib") {
            commit(Dictionary(uniqueKeysWithValues: (0..<30).map { ("f\($0).yaml", "n: \($0)") }))
        }
        let repository = try server.repository { commit("own.yaml", "x: 1") }
        func pin(_ message: String) throws {
            try repository.git("update-index", "--add", "--cacheinfo", "160000,\(library.head),sub")
            try repository.git("commit", "-q", "-m", message)
        }
        try repository.write(".gitmodules", "[submodule \"sub\"]\n\tpath = sub\n\turl = ../lib.git\n")
        try repository.git("add", ".gitmodules")
        try pin("module")
        #expect(
            try program.sluice(
                "source", "add", "core", "--type", "git", "--url", server.url(), "--set", "submodules=true"
            ).status == 0)
        let first = try program.sluice("sync", "core", "--format", "json")
        #expect(try first.json()[0]?["added"] == 31, "\(first.talk)")
        #expect(try program.sluice("file", "cat", "core", "sub/f7.yaml").output == "n: 7")

        let folder = try library.git("rev-parse", "--absolute-git-dir")
        try library.commit(["f7.yaml": "n: 700"])
        try pin("newer")
        try FileManager.default.moveItem(atPath: folder, toPath: folder + "-away")
        for _ in 0..<2 {
            let partly = try program.sluice("sync", "core", "--format", "json")
            #expect(partly.status == 3)
            let broken = try partly.json()
            #expect(broken[0]?["removed"] == 0)
            #expect(broken[0]?["problem_count"] == 1)
            #expect(try program.sluice("file", "cat", "core", "sub/f7.yaml").output == "n: 7")
        }
        #expect(try program.sluice("source", "show", "core").output.contains("a submodule at commit"))

        try FileManager.default.moveItem(atPath: folder + "-away", toPath: folder)
        let healed = try program.sluice("sync", "core", "--format", "json").json()
        #expect(healed[0]?["modified"] == 1)
        #expect(try program.sluice("file", "cat", "core", "sub/f7.yaml").output == "n: 700")
    }
}
