import Backends
import Fixtures
import Foundation
import Model
import Testing

@Suite struct SubmoduleTests {
    @Test(arguments: [GitServer.Variant.full, .withoutFilter, .versionZero])
    func `a submodule's files are listed below its path, in the order of whole paths`(
        _ variant: GitServer.Variant
    ) async throws {
        let modules = try SubmoduleFixture(variant)
        let library = try modules.server.repository("lib") {
            commit(["a": "lib a", "z/b": "lib b", ".gitignore": "x"])
        }
        let repository = try modules.server.repository {
            commit(["sub-x/f": "1", "sub.txt": "2", "sub": "3", "sub0": "4", "a": "5", "sub-": "6", "z": "7"])
        }
        try repository.git("rm", "-q", "sub")
        try repository.addModule("sub", "../lib.git", of: library)
        try repository.addModule("sub-x!", "./../lib.git/", of: library)
        let replica = try await modules.replica()
        #expect(
            replica.files == [
                "sub-x/f": "1", "sub.txt": "2", "sub0": "4", "a": "5", "sub-": "6", "z": "7", "sub/a": "lib a",
                "sub/z/b": "lib b", "sub-x!/a": "lib a", "sub-x!/z/b": "lib b",
            ])
        #expect(replica.paths == replica.paths.sorted())
        #expect(replica.problems.isEmpty)
        #expect(replica.revision?.revision.id == (try repository.head))

        try library.commit(["a": "lib new", "new": "n"])
        #expect(try await modules.replica().files["sub/a"] == "lib a")
        try repository.pin("sub", to: library.head)
        let moved = try await modules.replica()
        #expect(moved.files["sub/a"] == "lib new")
        #expect(moved.files["sub/new"] == "n")
        #expect(moved.files["sub-x!/a"] == "lib a")
        #expect(moved.fingerprints["sub/z/b"] == replica.fingerprints["sub/z/b"])
    }

    @Test func `without the setting a submodule is a problem that says how to follow it`() async throws {
        let modules = try SubmoduleFixture()
        let library = try modules.server.repository("lib") { commit("a", "1") }
        let repository = try modules.server.repository { commit("b", "2") }
        try repository.addModule("sub", "../lib.git", of: library)
        let before = modules.server.seen.count
        let snapshot = try await modules.fixture.backend().snapshot(FileSelection())
        let listing = try await snapshot.drain()
        await snapshot.close()
        #expect(listing.files.first { $0.path.string == "sub" }?.problem?.kind == .submodule)
        #expect(listing.files.first { $0.path.string == "sub" }?.problem?.reason.contains("`submodules`") == true)
        #expect(!modules.server.seen.dropFirst(before).contains { $0.contains("/lib.git") })
    }

    @Test func `a submodule that rules leave out is never asked for`() async throws {
        let modules = try SubmoduleFixture()
        let library = try modules.server.repository("lib") { commit(["a": "1", "b.md": "2"]) }
        let repository = try modules.server.repository { commit("b", "2") }
        try repository.addModule("sub", "../lib.git", of: library)
        #expect(try await modules.replica(rules: "sub/*").files == ["b": "2"])
        #expect(!modules.server.seen.contains { $0.contains("/lib.git") })
        #expect(try await modules.replica(rules: "*.md").files == ["b": "2", "sub/a": "1"])
        let backend = try modules.fixture.backend(nil, ["submodules": "true"])
        let part = try await Replica(of: backend, FileSelection(includes: IncludePatterns(["sub/a"])))
        #expect(part.files == ["sub/a": "1"])
    }

    @Test func `submodules of submodules are followed, and those of a sub-path`() async throws {
        let modules = try SubmoduleFixture()
        let leaf = try modules.server.repository("leaf") { commit("f", "leaf") }
        let middle = try modules.server.repository("middle") { commit("f", "middle") }
        try middle.addModule("deep/leaf", "../leaf.git", of: leaf)
        let repository = try modules.server.repository { commit(["f": "core", "net/f": "net"]) }
        try repository.addModule("net/middle", "../middle.git", of: middle)
        let replica = try await modules.replica()
        #expect(
            replica.files == [
                "f": "core", "net/f": "net", "net/middle/f": "middle", "net/middle/deep/leaf/f": "leaf",
            ])
        let part = try await modules.replica(["sub_path": "net"])
        #expect(part.files == ["f": "net", "middle/f": "middle", "middle/deep/leaf/f": "leaf"])
    }

    @Test func `a repository that leads to itself ends`() async throws {
        let modules = try SubmoduleFixture()
        let repository = try modules.server.repository { commit("f", "0") }
        for number in 1...12 {
            let head = try repository.head
            try repository.write("f", "\(number)")
            try repository.git("add", "-A")
            try repository.addModule("s", "../core.git", of: repository, at: head)
        }
        let replica = try await modules.replica()
        #expect(replica.files.count == 9)
        #expect(replica.files[String(repeating: "s/", count: 8) + "f"] == "4")
        #expect(replica.problems == [String(repeating: "s/", count: 8) + "s": .unreadable])
    }

    @Test func `a submodule that cannot be fetched costs its files alone, until it can be`() async throws {
        let modules = try SubmoduleFixture()
        let library = try modules.server.repository("lib") { commit("a", "1") }
        let repository = try modules.server.repository { commit(["b": "2", "t": "3"]) }
        try repository.addModule("gone", "../gone.git", of: library)
        try repository.addModule("lost", "../lib.git", of: library, at: String(repeating: "7", count: 40))
        try repository.addModule("private", "../private/lib.git", of: library)
        try repository.git("update-index", "--add", "--cacheinfo", "160000,\(try library.head),unnamed")
        try repository.git("commit", "-q", "-m", "unnamed")
        let replica = try await modules.replica()
        #expect(replica.files == ["b": "2", "t": "3"])
        #expect(
            replica.problems == [
                "gone": .unreadable, "lost": .unreadable, "private": .unreadable, "unnamed": .unreadable,
            ])
        let snapshot = try await modules.fixture.backend(nil, ["submodules": "true"]).snapshot(FileSelection())
        let files = try await snapshot.drain().files
        await snapshot.close()
        #expect(files.filter(\.hidesFolder).map(\.path.string) == ["gone", "lost", "private", "unnamed"])
        #expect(files.first { $0.path.string == "private" }?.problem?.reason.contains("asks for credentials") == true)
        _ = try modules.server.repository("gone") { commit("a", "1") }
        #expect(try await modules.replica().files["gone/a"] == "1")
    }

    @Test(arguments: [
        "-x", "--upload-pack=touch /tmp/x", "file:///etc", "/etc", "etc", "../../../x.git", "..", "./", "../a/../../b",
        "ext::sh -c x", "http://", "ssh://-oProxyCommand=x/y", "-oProxyCommand=x:y", "http://127.0.0.1:1/x\u{7F}",
        "../lib.git?x=y",
    ])
    func `a URL that leads elsewhere than to a server is refused`(_ url: String) async throws {
        let modules = try SubmoduleFixture()
        let library = try modules.server.repository("lib") { commit("a", "1") }
        let repository = try modules.server.repository { commit("b", "2") }
        try repository.addModule("sub", url, of: library)
        let replica = try await modules.replica()
        #expect(replica.files == ["b": "2"])
        #expect(replica.problems == ["sub": .unreadable])
    }

    @Test func `a settings file in git's syntax is read as git reads it`() async throws {
        let modules = try SubmoduleFixture()
        let library = try modules.server.repository("lib") { commit("a", "1") }
        let repository = try modules.server.repository { commit("b", "2") }
        try repository.write(
            ".gitmodules",
            """
            # a comment
            [core] bare = true ; another
            [SubModule "a \\"quoted\\" \\\\name"]\r
            \tPATH = wrong
            \tpath = "one two" # not part of it
            \turl = ../\\
            lib.git\u{20}\u{20}
            \tignore
            [submodule]
            \tpath = nobody
            [submodule "second"] path = "th\\"ree"
            \turl = "../lib.git"
            """)
        try repository.git("add", "-A")
        try repository.pin("one two", to: library.head)
        try repository.pin("th\"ree", to: library.head)
        #expect(try await modules.replica().files == ["b": "2", "one two/a": "1", "th\"ree/a": "1"])
        for broken in [
            "[submodule \"x\"\n", "[submodule \"x\"]\npath = \"open\n", "path\u{1} = x", "[submodule \"\0\"]",
        ] {
            try repository.write(".gitmodules", broken)
            try repository.git("add", ".gitmodules")
            try repository.git("commit", "-q", "-m", "broken")
            let replica = try await modules.replica()
            #expect(replica.files == ["b": "2"])
            #expect(replica.problems == ["one two": .unreadable, "th\"ree": .unreadable], "\(broken)")
        }
    }

    @Test func `a link in place of the settings file is not followed`() async throws {
        let modules = try SubmoduleFixture()
        let library = try modules.server.repository("lib") { commit("a", "1") }
        let repository = try modules.server.repository { commit("b", "2") }
        try repository.addModule("sub", "../lib.git", of: library)
        #expect(try await modules.replica().files["sub/a"] == "1")
        // git itself would not make such a commit.
        let target = try repository.run(["hash-object", "-w", "--stdin"], input: "elsewhere")
        let settings = try repository.git("rev-parse", "HEAD:.gitmodules")
        let tree = try repository.run(
            ["mktree"],
            input: "120000 blob \(target)\t.gitmodules\n100644 blob \(settings)\telsewhere\n"
                + "160000 commit \(library.head)\tsub\n")
        let id = try repository.git("commit-tree", "-m", "link", tree)
        try repository.git("update-ref", "refs/heads/main", id)
        let replica = try await modules.replica(rules: "!*")
        #expect(replica.files.keys.sorted() == ["elsewhere"])
        #expect(replica.problems["sub"] == .unreadable)
    }

    @Test func `a repository on disk gives the submodules that it keeps, and those beside it`() async throws {
        let folder = try TemporaryFolder()
        let library = try GitRepository(at: folder.path(of: "all/lib")) { commit("a", "kept") }
        let beside = try GitRepository(at: folder.path(of: "all/beside")) { commit("a", "beside") }
        let outside = try GitRepository(at: folder.path(of: "outside")) { commit("a", "outside") }
        let repository = try GitRepository(at: folder.path(of: "all/core")) { commit("b", "2") }
        try repository.git(
            "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "--name", "some/kept", library.path,
            "kept")
        try repository.git("commit", "-q", "-m", "kept")
        try repository.addModule("beside", "../beside", of: beside)
        try repository.addModule("outside", "../../outside", of: outside)
        try repository.addModule("absolute", outside.path, of: outside)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path(of: "all/link"), withDestinationPath: outside.path)
        try repository.addModule("link", "../link", of: outside)
        try FileManager.default.removeItem(atPath: library.path)
        func replica(_ roots: [String]?) async throws -> Replica {
            try await Replica(
                of: BackendType.git.make(
                    BackendConfiguration(
                        url: SourceURL(repository.path), parameters: ["submodules": "true"],
                        cacheFolder: folder.path(of: "cache"), localRoots: roots)))
        }
        for roots in [nil, [folder.path]] {
            let replica = try await replica(roots)
            #expect(replica.files == ["b": "2", "kept/a": "kept", "beside/a": "beside"])
            #expect(replica.problems == ["outside": .unreadable, "absolute": .unreadable, "link": .unreadable])
        }
        let confined = try await replica([repository.path])
        #expect(confined.files == ["b": "2", "kept/a": "kept"])
        #expect(confined.problems["beside"] == .unreadable)
    }

    @Test(arguments: ["https://github.com", "a/b", "host:22", "-x", "a b"])
    func `what is not the name of a host is refused as one`(_ host: String) throws {
        let error = #expect(throws: BackendError.self) {
            try BackendType.git.make(
                BackendConfiguration(
                    url: SourceURL("https://h/p"), parameters: ["submodules": "true", "submodule_hosts": host],
                    cacheFolder: "/x"))
        }
        #expect(error?.cause == .settings)
        #expect(error?.reason.contains("submodule_hosts") == true)
    }
}
