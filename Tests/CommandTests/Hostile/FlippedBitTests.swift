import Fixtures
import Foundation
import Model
import Testing

/// A bit that the disk changed, anywhere in what is kept: no crash, no wrong content, and `check` tells it or it hurt
/// nothing.
///
/// `SLUICE_FLIPS=1000` sets how many bits are flipped, one at a time, and `SLUICE_FLIP_SEED` which; without them, few
/// enough for every run of the tests.
struct FlippedBitTests {
    private static let flips = ProcessInfo.processInfo.environment["SLUICE_FLIPS"].flatMap { Int($0) } ?? 24
    private static let seed = ProcessInfo.processInfo.environment["SLUICE_FLIP_SEED"].flatMap { UInt64($0) } ?? 61

    @Test func `a flipped bit anywhere in the database never becomes wrong content`() throws {
        var random = SeededRandom(seed: Self.seed)
        let program = try Program.settled()
        let large = (0..<200_000).map { "\($0) " }.joined()
        try program.root.write("large.txt", large)
        #expect(try program.sluice("sync", "it").status == 0)
        let database = try program.settledDatabase()
        let whole = try Data(contentsOf: database)
        let shown = try Self.lists.keys.sorted().map { command in
            let words = command.split(separator: " ").map(String.init)
            return try proven(command, program.run(words + ["--format", "json"]).output)
        }
        #expect(shown.allSatisfy { !$0.contains([]) })
        for _ in 0..<Self.flips {
            var bytes = whole
            // As often as anywhere in the beginning of a page, where what SQLite itself relies on is.
            let page = Int.random(in: 0..<(whole.count >> 14), using: &random) << 14
            let offset =
                Bool.random(using: &random)
                ? page + Int.random(in: 0..<160, using: &random) : Int.random(in: 0..<whole.count, using: &random)
            bytes[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            for file in ["sluice.db-wal", "sluice.db-shm"] {
                try? FileManager.default.removeItem(atPath: program.store + "/" + file)  // There may be none.
            }
            try bytes.write(to: database)
            try look(program, shown: shown, large: large, "bit at \(offset), byte \(offset & 0x3FFF) of its page")
        }
    }

    /// Lists, and what of them `check` answers for: names and contents. A time or a description is kept once, and
    /// nothing tells a flipped bit in one.
    private static let lists = [
        "file list it": ["path", "hash"], "object list": ["object", "content_digest"],
        "status": ["object", "data_path", "file_digest", "content_digest"],
    ]

    private func proven(_ command: String, _ output: String) throws -> [[String]] {
        let list = try JSONParser.parse(output.utf8)
        return Self.lists[command, default: []].map { strings($0, of: list) }
    }

    private func look(_ program: Program, shown: [[[String]]], large: String, _ place: String) throws {
        var differs = false
        for (command, before) in zip(Self.lists.keys.sorted(), shown) {
            let result = try program.run(command.split(separator: " ").map(String.init) + ["--format", "json"])
            expectSane(result, [command], place)
            if result.status == 0, try proven(command, result.output) != before { differs = true }
        }
        let contents = ["t3.j2": Program.content(3, 1), "t59.j2": Program.content(59, 1), "large.txt": large]
        for (path, content) in contents {
            let result = try program.sluice("file", "cat", "it", path)
            expectSane(result, ["file", "cat", path], place)
            #expect(result.output.isEmpty || result.output == content, "\(place): \(path) is shown as something else")
            #expect(result.status != 0 || result.output == content, "\(place): \(path) is shown as nothing")
        }
        let check = try program.sluice("check", "--format", "json")
        expectSane(check, ["check"], place)
        #expect(!differs || check.status == 1, "\(place): what is shown has changed, and check finds nothing")
    }

    private func expectSane(_ result: Program.Result, _ command: [String], _ place: String) {
        #expect([0, 1, 4].contains(result.status), "\(place): \(command) ends with \(result.status): \(result.talk)")
        if result.status == 1, command != ["check"] {
            #expect(!result.talk.isEmpty, "\(place): \(command) fails without a word")
        }
    }

    @Test func `a flipped bit anywhere in a mirror never becomes wrong content`() throws {
        var random = SeededRandom(seed: Self.seed + 1)
        let server = try GitServer()
        let repository = try server.repository { commit("a.j2", "version 0") }
        let program = try Program()
        try program.sluice("source", "add", "it", "--type", "git", "--url", server.url())
        #expect(try program.sluice("sync", "it").status == 0)
        for round in 1...max(4, Self.flips / 3) {
            let cache = URL(fileURLWithPath: program.store + "/cache/git")
            let files = (FileManager.default.enumerator(at: cache, includingPropertiesForKeys: nil)?.allObjects ?? [])
                .compactMap { $0 as? URL }.filter {
                    !$0.hasDirectoryPath && (try? Data(contentsOf: $0))?.isEmpty == false
                }
                .sorted { $0.path < $1.path }
            let file = try #require(files.randomElement(using: &random))
            var bytes = try Data(contentsOf: file)
            let offset = Int.random(in: 0..<bytes.count, using: &random)
            bytes[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
            try bytes.write(to: file)
            let place = "byte \(offset) of \(file.lastPathComponent)"
            _ = try repository.commit(["a.j2": "version \(round)", "b\(round).j2": "b \(round)"])
            let result = try program.sluice("sync", "it")
            #expect(result.status == 0, "\(place): \(result.talk)")
            #expect(try program.sluice("file", "cat", "it", "a.j2").output == "version \(round)", "\(place)")
            #expect(try program.sluice("file", "cat", "it", "b\(round).j2").output == "b \(round)", "\(place)")
            #expect(try program.paths().count == round + 1, "\(place)")
        }
        #expect(try program.sluice("check", "--repair").status == 0)
        #expect(try program.sluice("sync", "it").status == 0)
        withExtendedLifetime(server) {}
    }
}
