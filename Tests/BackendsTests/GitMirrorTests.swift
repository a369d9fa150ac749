import Backends
import Fixtures
import Foundation
import Model
import Synchronization
import Testing

@Suite struct GitMirrorTests {
    let fixture: GitFixture
    let repository: GitRepository

    init() throws {
        fixture = try GitFixture()
        repository = try fixture.server.repository {
            commit(["a": "1", "b/c": "2", "b/d/e": "3"])
        }
    }

    private func mirror() throws -> String { try #require(fixture.mirrors.first) }

    private func packs() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: mirror() + "/objects/pack").filter { $0.hasSuffix(".pack") }
    }

    @Test(arguments: ["HEAD", "objects", "objects/pack", "config", "refs"])
    func `a mirror that lost a part heals`(_ part: String) async throws {
        _ = try await fixture.replica()
        try FileManager.default.removeItem(atPath: mirror() + "/" + part)
        #expect(try await fixture.replica().files == ["a": "1", "b/c": "2", "b/d/e": "3"])
        try repository.commit(["a": "4"])
        #expect(try await fixture.replica().files == ["a": "4", "b/c": "2", "b/d/e": "3"])
    }

    @Test(arguments: [0, 5, 31, 33])
    func `a salt that is not whole is replaced`(_ length: Int) async throws {
        _ = try await fixture.replica()
        let salt = fixture.cache.path + "/git/salt"
        try Data(count: length).write(to: URL(fileURLWithPath: salt))
        #expect(try await fixture.replica().files == ["a": "1", "b/c": "2", "b/d/e": "3"])
        #expect(FileManager.default.contents(atPath: salt)?.count == 32)
        let mirrors = fixture.mirrors.count
        #expect(try await fixture.replica().files.count == 3)
        #expect(fixture.mirrors.count == mirrors)
    }

    @Test func `sources that find no whole salt agree on one`() async throws {
        let folder = fixture.cache.path + "/git"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: folder + "/salt"))
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 { group.addTask { try await fixture.backend().currentRevision() } }
            try await group.waitForAll()
        }
        #expect(fixture.mirrors.count == 1)
    }

    @Test(arguments: ["", "garbage", "0123456789", "ref: refs/sluice/elsewhere\n", "ref: ", "\0\0\0\0"])
    func `a mirror whose pins are broken heals`(_ content: String) async throws {
        _ = try await fixture.replica()
        let pins = try mirror() + "/refs/sluice"
        for name in try FileManager.default.contentsOfDirectory(atPath: pins) {
            try Data(content.utf8).write(to: URL(fileURLWithPath: pins + "/" + name))
        }
        #expect(try await fixture.replica().files == ["a": "1", "b/c": "2", "b/d/e": "3"])
        try repository.commit(["a": "4"])
        #expect(try await fixture.replica().files == ["a": "4", "b/c": "2", "b/d/e": "3"])
        #expect(try await fixture.replica().files.count == 3)
    }

    @Test func `a mirror whose pins name what is no commit, or are folders, heals`() async throws {
        _ = try await fixture.replica()
        let pins = try mirror() + "/refs/sluice"
        let blob = try repository.git("rev-parse", "HEAD:a")
        for name in try FileManager.default.contentsOfDirectory(atPath: pins) {
            try Data((blob + "\n").utf8).write(to: URL(fileURLWithPath: pins + "/" + name))
        }
        try repository.commit(["a": "4"])
        #expect(try await fixture.replica().files["a"] == "4")
        for name in try FileManager.default.contentsOfDirectory(atPath: pins) {
            try FileManager.default.removeItem(atPath: pins + "/" + name)
            try FileManager.default.createDirectory(
                atPath: pins + "/" + name + "/inner", withIntermediateDirectories: true)
            try Data("x".utf8).write(to: URL(fileURLWithPath: pins + "/" + name + "/inner/x"))
        }
        #expect(try await fixture.replica().files["a"] == "4")
    }

    @Test(arguments: ["packed-refs", "config", "HEAD", "refs/sluice"])
    func `a mirror of which a part became rubbish heals`(_ part: String) async throws {
        _ = try await fixture.replica()
        let file = try mirror() + "/" + part
        try? FileManager.default.removeItem(atPath: file)  // Some are not there in a mirror that is whole.
        try Data("\u{1}rubbish [\n".utf8).write(to: URL(fileURLWithPath: file))
        #expect(try await fixture.replica().files == ["a": "1", "b/c": "2", "b/d/e": "3"])
        try repository.commit(["a": "4"])
        #expect(try await fixture.replica().files == ["a": "4", "b/c": "2", "b/d/e": "3"])
    }

    @Test(arguments: [0, 20, 100])
    func `a mirror whose packs are cut short heals`(_ length: Int) async throws {
        _ = try await fixture.replica()
        for name in try packs() {
            let file = try mirror() + "/objects/pack/" + name
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            let handle = try #require(FileHandle(forWritingAtPath: file))
            try handle.truncate(atOffset: UInt64(length))
            try handle.close()
        }
        #expect(try await fixture.replica().files == ["a": "1", "b/c": "2", "b/d/e": "3"])
    }

    @Test func `a mirror that breaks while it is read heals`() async throws {
        _ = try await fixture.replica()
        let snapshot = try await fixture.backend().snapshot(FileSelection())
        for name in try packs() {
            let file = try mirror() + "/objects/pack/" + name
            try FileManager.default.removeItem(atPath: file)
            try FileManager.default.removeItem(atPath: file.replacing(".pack", with: ".idx"))
        }
        var files: [RemoteFile] = []
        while let page = try await snapshot.nextPage() { files += page.files }
        #expect(files.count == 3)
        let content = Mutex("")
        for file in files {
            try await snapshot.read(file) { piece in content.withLock { $0 += String(decoding: piece, as: UTF8.self) } }
        }
        #expect(content.withLock { $0 } == "123")
        await snapshot.close()
    }

    @Test func `a mirror that breaks while one batch is read and the next one comes heals`() async throws {
        var expected: [String: String] = [:]
        for index in 0..<300 { expected["f\(index)"] = String(repeating: "content \(index)\n", count: 50) }
        _ = try await fixture.replica()
        try repository.commit(expected)
        // Rules that leave out what was there before, so that content comes in batches.
        let snapshot = try await fixture.backend().snapshot(FileSelection(rules: IgnoreRules("a\nb/*")))
        var files: [RemoteFile] = []
        while let page = try await snapshot.nextPage() { files += page.files }
        let (former, latter) = (Array(files[..<150]), Array(files[150...]))
        try await snapshot.prefetch(former)
        for name in try packs() {
            let file = try mirror() + "/objects/pack/" + name
            try FileManager.default.removeItem(atPath: file)
            try FileManager.default.removeItem(atPath: file.replacing(".pack", with: ".idx"))
        }
        var contents: [String: String] = [:]
        try await withThrowingTaskGroup(of: (String, String)?.self) { group in
            group.addTask {
                try await snapshot.prefetch(latter)
                return nil
            }
            for file in former { group.addTask { try await Self.read(file, from: snapshot) } }
            for try await case let (path, content)? in group { contents[path] = content }
        }
        for file in latter { contents[file.path.string] = try await Self.read(file, from: snapshot).content }
        #expect(contents == expected)
        await snapshot.close()
    }

    private static func read(
        _ file: RemoteFile, from snapshot: any Snapshot
    ) async throws -> (path: String, content: String) {
        let content = Mutex("")
        try await snapshot.read(file) { piece in content.withLock { $0 += String(decoding: piece, as: UTF8.self) } }
        return (file.path.string, content.withLock { $0 })
    }

    @Test func `what an interrupted run left is swept`() async throws {
        _ = try await fixture.replica()
        let stray = ["objects/pack/pack_git2_AbC123", "HEAD.lock", "config.lock", "refs/sluice/x.lock"]
        for name in stray { try Data("x".utf8).write(to: URL(fileURLWithPath: mirror() + "/" + name)) }
        try repository.commit(["a": "4"])
        #expect(try await fixture.replica().files["a"] == "4")
        for name in stray { #expect(!FileManager.default.fileExists(atPath: try mirror() + "/" + name)) }
    }

    @Test func `a mirror of many packs is replaced by a fresh one`() async throws {
        for number in 0..<54 {
            try repository.commit(["a": "\(number)"])
            #expect(try await fixture.replica().files["a"] == "\(number)")
        }
        #expect(try packs().count < 10)
        #expect(try await fixture.replica().files == ["a": "53", "b/c": "2", "b/d/e": "3"])
    }

    @Test func `two snapshots of one mirror wait for each other`() async throws {
        let first = try await fixture.backend().snapshot(FileSelection())
        let second = Task { try await fixture.replica().files.count }
        for _ in 0..<100 { await Task.yield() }
        while try await first.nextPage() != nil {}
        await first.close()
        await first.close()
        #expect(try await second.value == 3)
    }

    @Test func `waiting for a mirror ends with the task`() async throws {
        let first = try await fixture.backend().snapshot(FileSelection())
        let second = Task { try await fixture.replica().files.count }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        await first.close()
    }

    @Test func `a mirror can be read by git itself and holds no history`() async throws {
        for number in 0..<3 { try repository.commit(["a": "\(number)"]) }
        _ = try await fixture.replica()
        let git = ["git", "--git-dir", try mirror()]
        let head = try repository.head
        #expect(try Command.run(git + ["for-each-ref", "--format=%(objectname)"]) == Array("\(head)\n".utf8))
        #expect(try Command.run(git + ["cat-file", "-t", head]) == Array("commit\n".utf8))
        let parent = try repository.git("rev-parse", "HEAD~1")
        #expect(throws: FixtureError.self) { try Command.run(git + ["cat-file", "-t", parent]) }
    }

    @Test func `sources with different refs share the mirror`() async throws {
        try repository.git("branch", "side")
        try repository.commit(["a": "9"])
        #expect(try await fixture.replica(parameters: ["branch": "side"]).files["a"] == "1")
        #expect(try await fixture.replica(parameters: ["branch": "main"]).files["a"] == "9")
        #expect(try await fixture.replica(parameters: ["branch": "side"]).files["a"] == "1")
        #expect(fixture.mirrors.count == 1)
    }
}
