import Fixtures
import Foundation
import Model
import Testing

/// Which git mirrors stay on the disk.
@Suite struct MirrorSweepTests {
    private let program: Program
    private let server: GitServer
    private let repository: GitRepository

    init() throws {
        program = try Program()
        server = try GitServer()
        repository = try server.repository { commit("a.yaml", "x: 0") }
    }

    private func add(_ name: String, token: String, _ more: String...) throws {
        let added = try program.run(
            ["source", "add", name, "--type", "git", "--url", server.url(), "--set", "password=\(token)"] + more)
        #expect(added.status == 0, "\(added.talk)")
        #expect(try program.sluice("sync", name).status == 0)
    }

    /// The names of the mirrors that hold a repository.
    private func mirrors() throws -> Set<String> {
        let root = "\(program.store)/cache/git"
        let names = try FileManager.default.contentsOfDirectory(atPath: root)
        return Set(names.filter { FileManager.default.fileExists(atPath: "\(root)/\($0)/repository") })
    }

    @Test func `a source whose token changes has one mirror`() throws {
        try add("core", token: "first")
        for round in 1...3 {
            let before = try mirrors()
            try program.sluice("source", "edit", "core", "--set", "password=token-\(round)")
            try repository.commit(["a.yaml": "x: \(round)"])
            #expect(try program.sluice("sync", "core").status == 0)
            let after = try mirrors()
            #expect(after.count == 1 && after.isDisjoint(with: before), "\(round): \(after)")
        }
        #expect(try program.sluice("file", "cat", "core", "a.yaml").output == "x: 3")
    }

    @Test func `a source that is removed takes its mirror along, but none that others use`() throws {
        try add("one", token: "shared")
        try add("two", token: "shared")
        try add("three", token: "own")
        let all = try mirrors()
        #expect(all.count == 2)
        try program.sluice("source", "remove", "one")
        #expect(try mirrors() == all)
        try program.sluice("source", "remove", "three")
        let shared = try mirrors()
        #expect(shared.count == 1)
        // What stays is still of use: nothing but the new commit is fetched.
        try repository.commit(["a.yaml": "x: 1"])
        #expect(try program.sluice("sync", "two").status == 0)
        #expect(try mirrors() == shared)
        let edited = try program.sluice(
            "source", "edit", "two", "--type", "local", "--url", program.root.path, "--set", "password=")
        #expect(edited.status == 0, "\(edited.talk)")
        try add("three", token: "own")
        let removed = try program.sluice("source", "remove", "three")
        #expect(removed.status == 0, "\(removed.talk)")
        #expect(try mirrors().isEmpty)
    }

    @Test func `a source that fails keeps the mirror that it had`() throws {
        try add("core", token: "first")
        let before = try mirrors()
        try program.sluice("source", "edit", "core", "--url", server.privateURL())
        #expect(try program.sluice("sync", "core").status == 1)
        try add("other", token: "other")
        try program.sluice("source", "remove", "other")
        #expect(try mirrors().isSuperset(of: before))
    }

    @Test func `mirrors of submodules stay as long as the source has them`() throws {
        let library = try server.repository("lib") { commit("b.yaml", "y: 1") }
        try repository.git("update-index", "--add", "--cacheinfo", "160000,\(library.head),sub")
        try repository.write(".gitmodules", "[submodule \"sub\"]\n\tpath = sub\n\turl = ../lib.git\n")
        try repository.git("add", ".gitmodules")
        try repository.git("commit", "-q", "-m", "module")
        try add("core", token: "first", "--set", "submodules=true")
        let both = try mirrors()
        #expect(both.count == 2)
        try add("other", token: "other")
        try program.sluice("source", "remove", "other")
        #expect(try mirrors() == both)

        try repository.git("rm", "-q", "--cached", "sub", ".gitmodules")
        try repository.git("commit", "-q", "-m", "without")
        #expect(try program.sluice("sync", "core").status == 0)
        #expect(try mirrors().count == 1 && mirrors().isSubset(of: both))
    }
}
