import Foundation
import Model
import Testing

@testable import Stages

@Suite struct TextDifferences {
    @Test func `equal texts have no difference`() {
        #expect(TextDiff.unified("a\nb", "a\nb", from: "a", to: "b").isEmpty)
        #expect(TextDiff.unified("", "", from: "a", to: "b").isEmpty)
    }

    @Test func `a change comes with three lines around it`() {
        let old = (1...20).map { "line \($0)\n" }.joined()
        let new = old.replacing("line 10\n", with: "line ten\n")
        #expect(
            TextDiff.unified(old, new, from: "a/x", to: "b/x") == """
                --- a/x
                +++ b/x
                @@ -7,7 +7,7 @@
                 line 7
                 line 8
                 line 9
                -line 10
                +line ten
                 line 11
                 line 12
                 line 13

                """)
    }

    @Test func `a missing line end is told`() {
        #expect(
            TextDiff.unified("a", "a\n", from: "a", to: "b")
                == "--- a\n+++ b\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n")
        #expect(TextDiff.unified("", "a\n", from: "/dev/null", to: "b") == "--- /dev/null\n+++ b\n@@ -0,0 +1 @@\n+a\n")
    }

    @Test func `two Unicode forms of one text differ`() {
        #expect(!TextDiff.unified("\u{E9}\n", "e\u{301}\n", from: "a", to: "b").isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func `texts that differ everywhere are replaced in bounded time`() {
        let old = (0..<60_000).map { "old \($0)\n" }.joined()
        let new = (0..<60_000).map { $0 % 3 == 0 ? "old \($0)\n" : "new \($0)\n" }.joined()
        #expect(TextDiff.unified(old, new, from: "a", to: "b").hasPrefix("--- a\n+++ b\n@@ -"))
    }

    @Test func `lines that both texts begin and end with are not compared one by one`() {
        let lines = [UInt8](repeating: UInt8(ascii: "\n"), count: 1 << 16)
        let changed = lines + Array("a\n".utf8) + lines
        let runs = LineRuns.between(lines + lines, changed, mostLines: 1)
        #expect(runs.map(\.kind) == [.kept, .inserted, .kept])
        #expect(runs.map(\.count) == [1 << 16, 1, 1 << 16])
    }

    @Test func `more lines than are to be compared are replaced`() {
        let old = Array("same\n1\n2\n3\nend".utf8)
        let new = Array("same\n0\n2\n4\nend".utf8)
        #expect(LineRuns.between(old, new, mostLines: 6).map(\.count) == [1, 1, 1, 1, 1, 1, 1])
        let runs = LineRuns.between(old, new, mostLines: 5)
        #expect(runs.map(\.kind) == [.kept, .removed, .inserted, .kept])
        #expect(runs.map(\.count) == [1, 3, 3, 1])
    }

    @Test(arguments: [
        ("", "", ""), ("a\n", "a\n", "k"), ("", "a", "i"), ("a", "", "r"), ("a", "a\n", "ri"), ("b\n", "a\nb\n", "ik"),
        ("a\nb", "a\nb\nc", "kri"), ("b", "ab", "ri"), ("x\nb\n", "y\nb\n", "rik"), ("a\na\n", "a\na\na\n", "ki"),
        ("a\nb\nc\n", "a\nc\n", "krk"), ("ab\n", "b\n", "ri"), ("1\n2\n3\n", "0\n2\n4\n", "rikri"),
    ])
    func `runs are of whole lines`(_ old: String, _ new: String, _ kinds: String) {
        let runs = LineRuns.between(Array(old.utf8), Array(new.utf8))
        #expect(runs.map { $0.kind == .kept ? "k" : $0.kind == .removed ? "r" : "i" }.joined() == kinds)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/patch"), "needs /usr/bin/patch"))
    func `patch makes the new text of the old one, with as few lines as diff finds`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-diff-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var random = Xorshift(state: 0x5EED)
        for round in 0..<120 {
            let old = Self.text(&random, lines: Int.random(in: 0...40, using: &random))
            let new = round % 3 == 0 ? Self.text(&random, lines: 20) : Self.edited(old, &random)
            let patch = TextDiff.unified(old, new, from: "a", to: "b")
            #expect(patch.isEmpty == (old == new))
            guard !patch.isEmpty else { continue }
            let files = ["old", "new", "patch"].map { folder.appending(path: $0) }
            for (file, text) in zip(files, [old, new, patch]) { try Data(text.utf8).write(to: file) }
            let minimal = try Self.run("/usr/bin/diff", ["-u", "--minimal", files[0].path, files[1].path])
            #expect(Self.edits(in: patch) == Self.edits(in: minimal), "round \(round)")
            _ = try Self.run("/usr/bin/patch", ["--quiet", "--fuzz=0", "-E", files[0].path, files[2].path])
            let patched = FileManager.default.contents(atPath: files[0].path) ?? Data()
            #expect(String(decoding: patched, as: UTF8.self) == new, "round \(round)")
        }
    }

    private static func edits(in patch: String) -> Int {
        patch.split(separator: "\n").dropFirst(2).count { $0.first == "+" || $0.first == "-" }
    }

    private static func text(_ random: inout Xorshift, lines: Int) -> String {
        let words = ["mtu 9000", "interface", "", "  vlan 10", "!", "ünïcode", "-- x", "++ y", "\\ z"]
        let text = (0..<lines).map { _ in words[Int.random(in: words.indices, using: &random)] }.joined(separator: "\n")
        return Bool.random(using: &random) || text.isEmpty ? text : text + "\n"
    }

    private static func edited(_ text: String, _ random: inout Xorshift) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let index = Int.random(in: 0..<lines.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: lines.insert("new \(random.next() % 5)", at: index)
            case 1 where lines.count > 1: lines.remove(at: index)
            default: lines[index] += "x"
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}

@Suite struct KeyDifferences {
    @Test func `changes are told by key, in order`() {
        let old: JSONValue = [
            "ntp": ["servers": ["10.0.0.1", "10.0.0.2", "10.0.0.3"], "vrf": "mgmt"], "gone": ["a": 1, "b": []],
            "kept": [1, 2], "kind": "x",
        ]
        let new: JSONValue = [
            "ntp": ["servers": ["10.0.0.1", "10.9.9.9", "10.0.0.3"], "vrf": "mgmt"], "new": ["leaf.1": ["on": true]],
            "kept": [1, 2], "kind": ["y": .null],
        ]
        #expect(
            KeyDiff.changes(from: old, to: new).map(\.description) == [
                "- gone.a: 1", "- gone.b: []", "~ kind: \"x\" -> {\"y\":null}", "+ new[\"leaf.1\"].on: true",
                "~ ntp.servers[1]: \"10.0.0.2\" -> \"10.9.9.9\"",
            ])
        #expect(KeyDiff.changes(from: old, to: old).isEmpty)
    }

    @Test func `an element that comes or goes moves no other`() {
        #expect(
            KeyDiff.changes(from: ["l": [1, 2, 3]], to: ["l": [0, 1, 2, 3]]).map(\.description) == ["+ l[0]: 0"])
        #expect(
            KeyDiff.changes(from: ["l": [1, ["x": 2], 3]], to: ["l": [1, 3]]).map(\.description) == ["- l[1].x: 2"])
    }

    @Test func `what the digest tells apart differs`() {
        #expect(KeyDiff.changes(from: ["a": .number("1")], to: ["a": .number("1.0")]).count == 1)
        #expect(KeyDiff.changes(from: ["a": "\u{E9}"], to: ["a": "e\u{301}"]).count == 1)
        #expect(
            KeyDiff.changes(from: ["\u{E9}": 1], to: ["e\u{301}": 1]).map(\.description) == [
                "+ [\"e\u{301}\"]: 1", "- \u{E9}: 1",
            ])
        #expect(KeyDiff.changes(from: ["a": ["\u{E9}": 1]], to: ["a": ["e\u{301}": 1]]).count == 2)
        #expect(KeyDiff.changes(from: ["a": .null], to: [:]).map(\.description) == ["- a: null"])
    }

    @Test(.timeLimit(.minutes(1))) func `values whose paths would fill memory differ as a whole`() {
        let key = String(repeating: "k", count: 1 << 20)
        let old: JSONValue = .object([key: .array(Array(repeating: 1, count: 100_000))])
        let new: JSONValue = .object([key: .array(Array(repeating: 2, count: 100_000))])
        #expect(KeyDiff.changes(from: old, to: new) == [KeyChange(path: "", before: old, after: new)])
        #expect(KeyDiff.changes(from: [:], to: new) == [KeyChange(path: "", before: [:], after: new)])
        #expect(KeyDiff.changes(from: new, to: new).isEmpty)
    }

    /// Each level compares all that is below it.
    @Test func `values that are deep and large differ as a whole`() {
        func nested(_ last: JSONValue) -> JSONValue {
            (0..<400).reduce(.array([.array(Array(repeating: "x", count: 1_000)), last])) { inner, _ in .array([inner])
            }
        }
        let (old, new) = (nested(1), nested(2))
        #expect(
            KeyDiff.changes(from: old, to: new, mostWork: 100_000) == [KeyChange(path: "", before: old, after: new)])
        let path = String(repeating: "[0]", count: 400) + "[1]"
        #expect(KeyDiff.changes(from: old, to: new) == [KeyChange(path: path, before: 1, after: 2)])
        #expect(KeyDiff.changes(from: old, to: old, mostWork: 100_000).isEmpty)
    }

    @Test func `a value cannot command a terminal`() {
        let change = KeyDiff.changes(from: [:], to: ["a\u{9B}": "\u{1B}[31m\u{9B}2J\u{7F}"]).map(\.description)
        #expect(change == ["+ [\"a\\u009b\"]: \"\\u001b[31m\\u009b2J\\u007f\""])
    }
}

/// A random sequence that is the same in each run.
struct Xorshift: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
