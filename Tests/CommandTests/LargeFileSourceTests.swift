import Fixtures
import Foundation
import Model
import Testing

/// A source with large files, through the program itself.
@Suite struct LargeFileSourceTests {
    @Test func `turning large files on brings their content with the next sync`() throws {
        let program = try Program()
        let repository = try GitRepository(at: program.root.path(of: "work")) { commit("a.yaml", "x: 1") }
        try repository.git("lfs", "install", "--local")
        try repository.git("lfs", "track", "*.bin")
        try repository.commit(["b.bin": "large"])
        #expect(
            try program.sluice("source", "add", "core", "--type", "git", "--url", repository.path).status == 0)
        #expect(try program.sluice("sync", "core").status == 0)
        #expect(try program.sluice("file", "list", "core", "--quiet").output == "a.yaml\n")
        #expect(try program.sluice("source", "show", "core").output.contains("set `lfs` to true"))

        #expect(try program.sluice("source", "edit", "core", "--set", "lfs=true").status == 0)
        #expect(try program.sluice("sync", "core").status == 0)
        #expect(try program.sluice("file", "cat", "core", "b.bin").output == "large")
        #expect(try program.sluice("source", "show", "core").output.contains("lfs") == true)

        let wrong = try program.sluice("source", "edit", "core", "--set", "lfs=yes")
        #expect(wrong.status == 2)
    }
}
