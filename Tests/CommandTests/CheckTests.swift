import Fixtures
import Foundation
import Model
import Testing

/// `sluice check` finds every byte that is not what it was, and `--repair` fetches it again.
struct CheckTests {
    @Test func `a flipped byte anywhere in a content is found, is never shown, and is fetched again`() throws {
        var random = SeededRandom(seed: 31)
        let program = try Program()
        let contents = (0..<20).map { "content \($0) " + String(repeating: "\($0 % 10)", count: 40 + $0 * 700) }
        for (index, content) in contents.enumerated() { try program.root.write("t\(index).j2", content) }
        let large = (0..<(1 << 19)).map { "\($0) " }.joined()
        try program.root.write("large.txt", large)
        try program.sluice("source", "add", "disk", "--type", "local", "--url", program.root.path)
        try program.sluice("link", "config-template", "--source", "disk", "--path", "t*.j2")
        #expect(try program.sluice("sync", "disk").status == 0)
        #expect(try program.sluice("check").status == 0)
        for round in 0..<6 {
            // What was repaired leaves its bytes in free pages: another one each round.
            let index = round * 3 + Int.random(in: 0..<3, using: &random)
            let offset = round == 0 ? 0 : Int.random(in: 0..<40, using: &random)
            try program.flip(contents[index].utf8.prefix(40), offset: offset)
            let found = try program.sluice("check", "--format", "json")
            #expect(found.status == 1)
            #expect(try found.json()["findings"]?.count == 1)
            #expect(try found.json()["findings"]?[0]?["names"]?[0] == .string("disk: t\(index).j2"))
            #expect(try program.sluice("apply", "config-template/t\(index)").status == 1)
            let repaired = try program.sluice("check", "--repair", "--format", "json")
            #expect(repaired.status == 0)
            #expect(try repaired.json()["findings"]?[0]?["outcome"] == "refetched")
            #expect(try program.sluice("check").status == 0)
            #expect(try program.sluice("file", "cat", "disk", "t\(index).j2").output == contents[index])
        }
        try program.flip(large.utf8.dropFirst(2 << 20).prefix(60), offset: 30)
        #expect(try program.sluice("check").status == 1)
        #expect(try program.sluice("check", "--repair").status == 0)
        #expect(try program.sluice("file", "cat", "disk", "large.txt").output == large)
    }

    @Test func `what no remote has any more is named, and its file is read anew by the next sync`() throws {
        let program = try Program()
        let old = "the old content of leaf " + String(repeating: "o", count: 200)
        try program.root.write("leaf.j2", old)
        try program.sluice("source", "add", "disk", "--type", "local", "--url", program.root.path)
        try program.sluice("sync", "disk")
        try program.root.write("leaf.j2", "the new content")
        try program.flip(old.utf8.prefix(60), offset: 40)
        let repaired = try program.sluice("check", "--repair", "--format", "json")
        #expect(repaired.status == 1)
        #expect(try repaired.json()["findings"]?[0]?["outcome"] == "will_be_read_anew")
        #expect(try program.sluice("sync", "disk").status == 0)
        #expect(try program.sluice("file", "cat", "disk", "leaf.j2").output == "the new content")
    }

    @Test func `what cannot be asked for now is not given up`() throws {
        let server = try GitServer()
        let content = "of git, and long enough to be found " + String(repeating: "h", count: 100)
        _ = try server.repository { commit("a.j2", content) }
        let program = try Program()
        let url = server.web.url + "/core.git"
        try program.sluice("source", "add", "core", "--type", "git", "--url", url)
        try program.sluice("sync", "core")
        try program.flip(content.utf8.prefix(80), offset: 50)
        try program.sluice("source", "edit", "core", "--url", "http://127.0.0.1:1/core.git")
        let failed = try program.sluice("check", "--repair", "--format", "json")
        #expect(failed.status == 1)
        #expect(try failed.json()["findings"]?[0]?["outcome"] == "unreachable")
        try program.sluice("source", "edit", "core", "--url", url)
        #expect(try program.sluice("check", "--repair").status == 0)
        #expect(try program.sluice("file", "cat", "core", "a.j2").output == content)
    }

    @Test func `a flipped byte in a mirror is found, and costs one fetch`() throws {
        let server = try GitServer()
        _ = try server.repository { commit("a.j2", "of git") }
        let program = try Program()
        try program.sluice("source", "add", "core", "--type", "git", "--url", server.web.url + "/core.git")
        try program.sluice("sync", "core")
        #expect(try program.sluice("check").status == 0)
        let cache = URL(fileURLWithPath: program.store + "/cache/git")
        let files = FileManager.default.enumerator(at: cache, includingPropertiesForKeys: nil)?.allObjects ?? []
        let pack = try #require(files.compactMap { $0 as? URL }.first { $0.pathExtension == "pack" })
        try flip(pack.path, at: 20)
        let found = try program.sluice("check", "--format", "json")
        #expect(found.status == 1)
        #expect(try found.json()["caches"]?.count == 1)
        #expect(try program.sluice("check", "--repair").status == 0)
        #expect(try program.sluice("check").status == 0)
        #expect(try program.sluice("sync", "core").status == 0)
        #expect(try program.sluice("file", "cat", "core", "a.j2").output == "of git")
    }

    @Test func `damaged content of a git source comes back from the server, mirror or not`() throws {
        let server = try GitServer()
        let content = "of git, and long enough to be found " + String(repeating: "g", count: 100)
        let repository = try server.repository { commit("a.j2", content) }
        let program = try Program()
        try program.sluice("source", "add", "core", "--type", "git", "--url", server.web.url + "/core.git")
        try program.sluice("sync", "core")
        _ = try repository.commit(["a.j2": "newer"])
        try program.sluice("sync", "core")
        try program.flip(content.utf8.prefix(80), offset: 50)
        try FileManager.default.removeItem(atPath: program.store + "/cache")
        #expect(try program.sluice("check", "--repair").status == 0)
        #expect(try program.sluice("file", "cat", "core", "a.j2", "--at", "1").output == content)
    }

    @Test(arguments: [100, 40_000]) func `a database that was cut short is an error that says so`(size: UInt64) throws {
        let program = try Program()
        for index in 0..<200 { try program.root.write("t\(index).j2", String(repeating: "\(index) ", count: 400)) }
        try program.sluice("source", "add", "disk", "--type", "local", "--url", program.root.path)
        try program.sluice("sync", "disk")
        #expect(try program.sluice("check").status == 0)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: program.store + "/sluice.db"))
        try file.truncate(atOffset: size)
        try file.close()
        let result = try program.sluice("check")
        #expect(result.status == 1)
        #expect(result.talk.contains("restore it from a backup") || result.output.contains("restore the store"))
    }
}

extension Program {
    /// Changes one bit of what the database holds: `offset` bytes after the beginning of `content`, wherever that is, for
    /// pages that were rewritten may leave copies behind.
    func flip(_ content: some Collection<UInt8>, offset: Int) throws {
        // It also empties the log, so that all there is is in the file.
        #expect(try sluice("check").status == 0)
        let path = store + "/sluice.db"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        var rest = bytes.startIndex..<bytes.endIndex
        var count = 0
        while let place = bytes.range(of: Data(content), in: rest) {
            try CommandTests.flip(path, at: place.lowerBound + offset)
            rest = place.upperBound..<bytes.endIndex
            count += 1
        }
        #expect(count > 0)
    }
}

private func flip(_ path: String, at offset: Int) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    var bytes = try Data(contentsOf: url)
    bytes[offset] ^= 1
    try bytes.write(to: url)
}
