import Backends
import Fixtures
import Foundation
import Model
import Testing

@Suite struct GitLocalTests {
    let folder: TemporaryFolder
    let repository: GitRepository

    init() throws {
        folder = try TemporaryFolder()
        repository = try GitRepository(at: folder.path + "/work tree") {
            commit(["a": "1", "b/c": "2"])
            git("tag", "-a", "-m", "noted", "v1")
            commit("a", "3")
        }
        try repository.git("clone", "-q", "--bare", ".", folder.path + "/bare.git")
        try repository.write("a", "not committed")
    }

    private func replica(_ url: String, _ parameters: [String: String] = [:]) async throws -> Replica {
        try await Replica(
            of: BackendType.git.make(
                BackendConfiguration(url: SourceURL(url), parameters: parameters, cacheFolder: folder.path + "/cache")))
    }

    @Test(arguments: ["/work tree", "/work tree/.git", "/bare.git"])
    func `a repository on disk is read in place, by path and by file URL`(_ name: String) async throws {
        let before = try repository.git("count-objects", "-v")
        let path = folder.path + name
        for url in [path, "file://" + path.replacing(" ", with: "%20")] {
            let replica = try await replica(url)
            #expect(replica.files == ["a": "3", "b/c": "2"])
            #expect(replica.revision?.revision.id == (try repository.head))
            #expect(try await self.replica(url, ["branch": "v1"]).files["a"] == "1")
        }
        #expect(try repository.git("count-objects", "-v") == before)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/cache"))
    }

    @Test func `a path without a repository is an error, also inside one`() async throws {
        for path in ["/absent", "/work tree/b"] {
            let error = await backendError { _ = try await replica(folder.path + path) }
            #expect(error?.cause == .notFound)
            #expect(error?.reason.contains(path) == true)
        }
    }

    @Test func `a missing ref and an empty repository are errors`() async throws {
        let missing = await backendError { _ = try await replica(repository.path, ["branch": "nowhere"]) }
        #expect(missing?.cause == .notFound)
        let empty = try GitRepository(at: folder.path + "/empty")
        #expect(await backendError { _ = try await replica(empty.path) }?.cause == .notFound)
    }

    @Test(arguments: [
        ("ssh://h", "ssh"), ("git@h:", "ssh"), ("git://h", "git://"), ("ftp://h/p", "ftp"), ("", "write"),
        ("https://", "write"), ("file://host/p", "write"), (" ", "write"), ("~/x", "write"), ("../a", "write"),
        ("relative/x", "write"), ("javascript:x", "write"), ("HTTPS:h/x", "write"), ("ext::sh -c x", "helpers"),
        ("https://h/x#f", "#"), ("https://h\\@evil/x", "write"), ("https://u:p\\@evil/x", "write"),
        ("https://h/\0", "control"), ("h:x\ny", "control"), ("/srv/a\0", "control"),
    ])
    func `a URL of another kind is refused with what to write`(_ url: String, _ part: String) throws {
        #expect(BackendType.git.faultInURL(SourceURL(url))?.contains(part) == true)
    }

    @Test(arguments: [
        "https://h/p.git", "http://u:p@h:8080/p", "file:///a%20b", "/srv/a.git", "https://h/a:b",
        "https://h/a\\b", "java:script", "me@data:x", "h:~/x",
    ])
    func `a URL that can be used has no fault`(_ url: String) {
        #expect(BackendType.git.faultInURL(SourceURL(url)) == nil)
    }

    @Test(arguments: ["a..b", "a b", "a\nb", "refs/x y", "-\u{1}"])
    func `a ref that git could not have is refused`(_ name: String) {
        #expect(throws: BackendError.self) {
            try BackendType.git.make(
                BackendConfiguration(url: SourceURL("https://h/p"), parameters: ["branch": name], cacheFolder: "/x"))
        }
    }
}
