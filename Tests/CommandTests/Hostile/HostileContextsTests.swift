import Fixtures
import Foundation
import Model
import Testing

/// What becomes of a file's content that was made to do harm, once it is to be applied: one table.
///
/// All files of the table are in one source together: none keeps another from being applied.
struct HostileContextsTests {
    enum Outcome: Sendable {
        /// Applied, with just this content.
        case applied(String)
        /// Refused, with a reason that says so; what the object held before stays.
        case invalid(String)
    }

    struct Case: Sendable {
        let path: String
        let content: [UInt8]
        let outcome: Outcome

        init(_ path: String, _ content: String, _ outcome: Outcome) {
            self.init(path, Array(content.utf8), outcome)
        }

        init(_ path: String, _ content: [UInt8], _ outcome: Outcome) {
            self.path = path
            self.content = content
            self.outcome = outcome
        }
    }

    private static let bomb =
        "l0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
        + (1...9).map { level in
            "l\(level): &l\(level) [\(Array(repeating: "*l\(level - 1)", count: 9).joined(separator: ", "))]\n"
        }.joined()

    private static func nested(_ open: String, _ close: String = "", _ count: Int = 10_000) -> String {
        String(repeating: open, count: count) + String(repeating: close, count: count)
    }

    static let contexts: [Case] = [
        Case("plain.yaml", "a: 1\n", .applied(#"{"a":1}"#)), Case("plain.json", #"{"a": 1}"#, .applied(#"{"a":1}"#)),
        Case("bomb.yaml", bomb, .invalid("aliases expand")),
        Case("bomb-in-key.yaml", bomb + "? *l9\n: x\n", .invalid("aliases expand")),
        Case("deep.yaml", "a: " + nested("[", "]"), .invalid("nested deeper than 512")),
        Case("deep-block.yaml", "a:\n" + nested("- ") + "x", .invalid("nested deeper than 512")),
        Case("deep-maps.yaml", nested("{a: ", "}"), .invalid("nested deeper than 512")),
        Case("deep.json", nested("{\"a\":") + "1" + nested("}"), .invalid("nested deeper than 512")),
        Case("deep-list.json", nested("["), .invalid("nested deeper than 512")),
        Case("twice.yaml", "a: 1\nb: 2\na: 3\n", .invalid("\"a\" is there twice")),
        Case("twice.json", #"{"a":1,"a":2}"#, .invalid("\"a\" is there twice")),
        Case("twice-composed.json", "{\"caf\u{E9}\":1,\"cafe\u{301}\":2}", .invalid("is there twice")),
        Case("date.yaml", "a: 2026-11-21\n", .applied(#"{"a":"2026-11-21"}"#)),
        Case("time.yaml", "a: 2026-11-21T12:00:00Z\n", .applied(#"{"a":"2026-11-21T12:00:00Z"}"#)),
        Case("sexagesimal.yaml", "a: 12:30:45\n", .applied(#"{"a":"12:30:45"}"#)),
        Case("norway.yaml", "a: no\n", .applied(#"{"a":"no"}"#)),
        Case("big.json", #"{"a":1e400}"#, .applied(#"{"a":1e400}"#)),
        Case("big.yaml", "a: 1e400\n", .applied(#"{"a":1e400}"#)),
        Case(
            "many-digits.json", "{\"a\":\(String(repeating: "9", count: 100_000))}",
            .applied("{\"a\":\(String(repeating: "9", count: 100_000))}")),
        Case("nan.json", #"{"a":NaN}"#, .invalid("there is no value here")),
        Case("nan.yaml", "a: .nan\n", .invalid("JSON cannot hold")),
        Case("infinity.json", #"{"a":Infinity}"#, .invalid("there is no value here")),
        Case("infinity.yaml", "a: -.inf\n", .invalid("JSON cannot hold")),
        Case("mark.yaml", "\u{FEFF}a: 1\n", .applied(#"{"a":1}"#)),
        Case("mark.json", "\u{FEFF}{\"a\":1}", .applied(#"{"a":1}"#)),
        Case("wide.yaml", [0xFF, 0xFE, 0x61, 0, 0x3A, 0, 0x20, 0, 0x31, 0], .invalid("not UTF-8")),
        Case("wide.json", [0xFE, 0xFF, 0, 0x7B, 0, 0x7D], .invalid("not UTF-8")),
        Case("lines.yaml", "a: |\r\n  x\r\n  y\r\nb: 1\r\n", .applied(#"{"a":"x\ny\n","b":1}"#)),
        Case("lines.json", "{\r\n\"a\":\r\n\"x\\r\\n\"}\r\n", .applied(#"{"a":"x\r\n"}"#)),
        Case("nul.yaml", "a: x\0y\n", .invalid("no YAML")),
        Case("nul.json", "{\"a\":\"\0\"}", .invalid("control character")),
        Case("escaped-nul.json", #"{"a":"\u0000"}"#, .applied(#"{"a":"\u0000"}"#)),
        Case("surrogate.json", #"{"a":"\ud800"}"#, .invalid("surrogate stands alone")),
        Case("python.yaml", "a: !!python/object/apply:os.system [id]\n", .invalid("python")),
        Case("merge.yaml", "a: &x {b: 1}\nc:\n  <<: *x\n", .invalid("merge keys")),
        Case("two.yaml", "a: 1\n---\nb: 2\n", .invalid("second document")),
        Case("nothing.yaml", "", .invalid("empty")), Case("nothing.json", "", .invalid("text ends")),
        Case("list.yaml", "- a\n", .invalid("must be a mapping")),
        Case("wide-mapping.yaml", (0..<50_000).map { "k\($0): \($0)\n" }.joined(), .applied("{\"k0\":0,")),
    ]

    static let templates: [Case] = [
        Case("plain.j2", "x", .applied("x")), Case("mark.j2", "\u{FEFF}x\r\ny\r\n", .applied("\u{FEFF}x\r\ny\r\n")),
        Case("nul.j2", "x\0y", .invalid("NUL")), Case("latin.j2", [0x63, 0xE9], .invalid("not UTF-8")),
        Case("wide.j2", [0xFF, 0xFE, 0x61, 0], .invalid("not UTF-8")), Case("nothing.j2", "", .applied("")),
        Case("composed.j2", "caf\u{E9} cafe\u{301}", .applied("caf\u{E9} cafe\u{301}")),
        Case("one-line.j2", String(repeating: "{", count: 4 << 20), .applied("{{{{")),
    ]

    @Test func `every hostile content has its stated outcome, and keeps nobody else's from being applied`() throws {
        let program = try Program()
        try program.sluice("source", "add", "it", "--type", "local", "--url", program.root.path)
        try program.sluice("link", "config-template", "--source", "it", "--path", "*.j2")
        try program.sluice("link", "config-context", "--source", "it", "--path", "*.yaml")
        for file in Self.contexts where file.path.hasSuffix(".json") {
            let linked = try program.sluice(
                "link", "config-context/json-\(file.path)", "--source", "it", "--path", file.path)
            #expect(linked.status == 0, "\(linked.talk)")
        }
        for file in Self.contexts + Self.templates { try program.root.write(file.path, file.content) }
        let sync = try program.measure("sync", "it")
        #expect(sync.result.status == 0, "\(sync.result.talk)")
        #expect(sync.peakMiB < 160 && sync.time < .seconds(20), "\(sync.peakMiB) MiB, \(sync.time)")
        let apply = try program.measure("apply", "--all", "--yes", "--keep-going")
        #expect(apply.result.status == 3, "\(apply.result.talk.prefix(2_000))")
        #expect(apply.peakMiB < 256 && apply.time < .seconds(20), "\(apply.peakMiB) MiB, \(apply.time)")
        let status = try program.measure("status", "--format", "json")
        #expect(status.peakMiB < 256 && status.time < .seconds(20), "\(status.peakMiB) MiB, \(status.time)")
        let listed = try status.result.json()
        var states: [String: JSONValue] = [:]
        for index in 0..<listed.count {
            if case .string(let path)? = listed[index]?["data_path"] { states[path] = listed[index] }
        }
        for (kind, files) in [("config-context", Self.contexts), ("config-template", Self.templates)] {
            for file in files {
                let state = try #require(states[file.path], "\(file.path) is linked to nothing")
                switch file.outcome {
                case .applied(let content):
                    #expect(state["state"] == "in_sync", "\(file.path): \(state.canonical.prefix(300))")
                    let stem =
                        file.path.hasSuffix(".json") ? "json-\(file.path)" : file.path.prefix { $0 != "." }.description
                    let shown = try program.sluice("object", "show", "\(kind)/\(stem)", "--content").output
                    #expect(Self.content(shown, kind).hasPrefix(content), "\(file.path): \(shown.prefix(200))")
                case .invalid(let reason):
                    #expect(state["state"] == "invalid", "\(file.path): \(state.canonical.prefix(300))")
                    guard case .string(let text)? = state["reason"] else {
                        Issue.record("\(file.path): no reason"); continue
                    }
                    #expect(text.contains(reason), "\(file.path): \(text)")
                    #expect(text.utf8.count < 1_000, "\(file.path): the reason has \(text.utf8.count) bytes")
                }
            }
        }
    }

    /// What a context shows, brought to the one form that equal values have.
    private static func content(_ shown: String, _ kind: String) -> String {
        guard kind == "config-context", let value = try? JSONParser.parse(shown.utf8) else { return shown }
        return value.canonical
    }
}
