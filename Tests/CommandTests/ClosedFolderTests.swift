import Fixtures
import Foundation
import Model
import Testing

/// A local source with a folder that may not be listed.
@Suite struct ClosedFolderTests {
    private let program: Program

    init() throws {
        program = try Program()
        for path in ["a/x", "b/c/x", "b/y", "b.txt", "b-", "c/x"] {
            try program.root.write(path, path)
        }
        try program.sluice("source", "add", "disk", "--type", "local", "--url", program.root.path)
    }

    private func close(_ folder: String, _ mode: Int = 0) throws {
        try FileManager.default.setAttributes(
            [.posixPermissions: mode], ofItemAtPath: program.root.path(of: folder))
    }

    private func sync() throws -> Program.Result {
        try program.run(["sync", "disk", "--format", "json"], through: BadSurroundings.obedient)
    }

    private func files() throws -> [String] {
        try program.sluice("file", "list", "disk", "--quiet").output.split(separator: "\n").map(String.init)
    }

    @Test(arguments: [0, 0o400, 0o100]) func `a folder that may not be listed keeps what is known of it`(
        _ mode: Int
    ) throws {
        #expect(try sync().status == 0)
        let all = try files()
        try close("b", mode)
        try program.root.write("a/x", "another")
        try program.root.write("d", "new")
        let result = try sync()
        try close("b", 0o700)
        #expect(result.status == 3, "\(result.talk)")
        let report = try result.json()[0]
        #expect(report?["modified"] == 1)
        #expect(report?["added"] == 1)
        #expect(report?["removed"] == 0)
        #expect(report?["problems"]?[0]?["path"] == "b")
        #expect(report?["problem_count"] == 1)
        #expect(try files() == (all + ["d"]).sorted())
        #expect(try sync().json()[0]?["problem_count"] == 0)
        #expect(try files() == (all + ["d"]).sorted())
    }

    @Test func `a folder that is left out may be closed`() throws {
        try program.sluice("source", "edit", "disk", "--ignore", "b/*")
        try close("b")
        let result = try sync()
        try close("b", 0o700)
        #expect(result.status == 0, "\(result.talk) \(result.output)")
        #expect(try files() == ["a/x", "b-", "b.txt", "c/x"])
    }
}
