import Backends
import Fixtures
import Foundation
import Model
import Synchronization
import Testing

/// git LFS against a real server, a real client and repositories on disk.
@Suite struct LargeFileTests {
    private func tracked(_ repository: GitRepository) throws {
        try repository.git("lfs", "install", "--local", "--skip-smudge")
        try repository.git("lfs", "track", "*.bin")
    }

    @Test func `files that git-lfs pushed come back as themselves, for one question`() async throws {
        let giftless = try await GiftlessServer()
        let fixture = try GitFixture(largeFiles: giftless)
        let repository = try fixture.server.repository {}
        try tracked(repository)
        let large = String(repeating: "0123456789", count: 70_000)
        try repository.commit(["a.bin": "small", "b/c.bin": large, "plain": "1", "same.bin": "small"])
        #expect(try repository.git("cat-file", "blob", "HEAD:a.bin").hasPrefix("version https://git-lfs"))
        let login = "http://oauth2:\(GitServer.token)@"
        try GiftlessServer.push(
            repository, to: fixture.server.privateURL().replacing("http://", with: login))

        let url = fixture.server.privateURL()
        let pointers = try await fixture.replica(url, ["password": GitServer.token])
        #expect(pointers.files == ["plain": "1"])
        #expect(pointers.problems.values.allSatisfy { $0 == .largeFileStoragePointer })
        #expect(pointers.problems.count == 3)
        let before = giftless.questions
        let replica = try await fixture.replica(url, ["password": GitServer.token, "lfs": "true"])
        #expect(replica.files == ["a.bin": "small", "b/c.bin": large, "plain": "1", "same.bin": "small"])
        #expect(replica.problems.isEmpty)
        #expect(replica.bytesTransferred > 700_000)
        #expect(replica.fingerprints["a.bin"] == pointers.fingerprints["a.bin"])
        #expect(before > 0)
        #expect(giftless.questions == before + 1)

        try repository.commit(["d.bin": "not pushed"])
        let partial = try await fixture.replica(url, ["password": GitServer.token, "lfs": "true"])
        #expect(partial.files.count == 4)
        #expect(partial.problems == ["d.bin": .unreadable])
    }

    @Test func `a repository none of whose large files are on the server loses these and nothing else`() async throws {
        let fixture = try GitFixture(largeFiles: await GiftlessServer())
        let repository = try fixture.server.repository {}
        try tracked(repository)
        try repository.commit(["a.bin": "small", "plain": "1"])
        let replica = try await fixture.replica(
            fixture.server.privateURL(), ["password": GitServer.token, "lfs": "true"])
        #expect(replica.files == ["plain": "1"])
        #expect(replica.problems == ["a.bin": .unreadable])
    }

    @Test func `a server without large files is told apart`() async throws {
        let fixture = try GitFixture()
        _ = try fixture.server.repository { commit("a.bin", LargeFile("x").pointer) }
        let error = await backendError { _ = try await fixture.replica(nil, ["lfs": "true"]) }
        #expect(error?.cause == .notFound)
        #expect(error?.reason.contains("/core.git/info/lfs/objects/batch") == true)
        #expect(error?.advice?.contains("lfs_url") == true)
    }

    @Test func `a repository on disk gives large files from its own folder`() async throws {
        let folder = try TemporaryFolder()
        let repository = try GitRepository(at: folder.path(of: "work"))
        try tracked(repository)
        let large = String(repeating: "0123456789", count: 70_000)
        try repository.commit(["a.bin": "small", "b.bin": large, "empty.bin": ""])
        func backend(_ path: String) throws -> any Backend {
            try BackendType.git.make(
                BackendConfiguration(
                    url: SourceURL(path), parameters: ["lfs": "true"], cacheFolder: folder.path(of: "cache")))
        }
        func replica(_ path: String) async throws -> Replica { try await Replica(of: backend(path)) }
        let steps = Mutex<[ConnectionStep]>([])
        try await backend(repository.path).test(FileSelection()) { step in steps.withLock { $0.append(step) } }
        #expect(steps.withLock { $0.last?.name } == .largeFiles)
        #expect(!steps.withLock { $0.contains(where: \.hasFailed) })
        let whole = try await replica(repository.path)
        #expect(whole.files == ["a.bin": "small", "b.bin": large, "empty.bin": ""])
        #expect(whole.bytesTransferred > 700_000)

        try repository.git("clone", "-q", "--bare", ".", folder.path(of: "bare.git"))
        #expect(
            try await replica(folder.path(of: "bare.git")).problems == ["a.bin": .unreadable, "b.bin": .unreadable])

        let oid = LargeFile("small").oid
        let object = "\(repository.path)/.git/lfs/objects/\(oid.prefix(2))/\(oid.dropFirst(2).prefix(2))/\(oid)"
        for content in ["smalt", "smaller", "sm"] {
            try FileManager.default.removeItem(atPath: object)
            try Data(content.utf8).write(to: URL(fileURLWithPath: object))
            let replica = try await replica(repository.path)
            #expect(replica.files == ["b.bin": large, "empty.bin": ""])
            #expect(replica.problems == ["a.bin": .unreadable])
        }
        try FileManager.default.removeItem(atPath: object)
        try FileManager.default.createSymbolicLink(atPath: object, withDestinationPath: "/etc/hostname")
        #expect(try await replica(repository.path).problems == ["a.bin": .unreadable])
    }

    @Test(arguments: [
        "version https://git-lfs.github.com/spec/v2\noid sha256:OID\nsize 5\n",
        "version https://git-lfs.github.com/spec/v1\nsize 5\noid sha256:OID\n",
        "version https://git-lfs.github.com/spec/v1\noid sha256:OID\nsize 5",
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n",
        "version https://git-lfs.github.com/spec/v1\noid md5:OID\nsize 5\n",
        "version https://git-lfs.github.com/spec/v1\noid sha256:OID\nsize -5\n",
        "version https://git-lfs.github.com/spec/v1\noid sha256:OID\nsize 05\n",
        "version https://git-lfs.github.com/spec/v1\noid sha256:OID\nsize 99999999999999999999\n",
        "version https://git-lfs.github.com/spec/v1\noid sha256:OID\n",
        "version https://git-lfs.github.com/spec/v1\r\noid sha256:OID\r\nsize 5\r\n",
        "version https://git-lfs.github.com/spec/v1\next-0-crypt sha256:OID\noid sha256:OID\nsize 5\n",
        "version https://git-lfs.github.com/spec/v1\noid sha256:OID\noid sha256:OID\nsize 5\n",
        "version https://git-lfs.github.com/spec/v1\n\noid sha256:OID\nsize 5\n",
    ])
    func `a pointer that is not one to the letter is not followed`(_ text: String) async throws {
        let file = LargeFile("small")
        let large = try LargeFileFixture(["good": file])
        try large.repository.commit(["bad": text.replacing("OID", with: file.oid), "prose": "a " + file.pointer])
        let script = try large.script()
        let replica = try await large.replica(script)
        #expect(replica.files == ["good": "small", "prose": "a " + file.pointer])
        #expect(replica.problems == ["bad": .largeFileStoragePointer])
    }

    @Test(arguments: ["ftp://h/p", "https://", "https://u:planted@h/p", "https://h/p?token=planted"])
    func `an LFS server's URL that cannot be used is refused, and not repeated`(_ url: String) throws {
        let error = #expect(throws: BackendError.self) {
            try BackendType.git.make(
                BackendConfiguration(
                    url: SourceURL("https://h/p"), parameters: ["lfs": "true", "lfs_url": url], cacheFolder: "/x"))
        }
        #expect(error?.cause == .settings)
        #expect(error?.description.contains("planted") == false)
    }
}
