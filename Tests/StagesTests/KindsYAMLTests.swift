import Model
import Stages
import Testing

/// What files become contexts, and which are refused.
@Suite struct ContextDecoding {
    @Test(arguments: YAMLCase.table) func `a scalar means what the core schema says`(_ c: YAMLCase) throws {
        #expect(try decoded("key: \(c.yaml)\n") == "{\"key\":\(c.json)}")
    }

    struct YAMLCase: Sendable, CustomTestStringConvertible {
        let yaml: String
        let json: String
        var testDescription: String { yaml }

        static let table: [YAMLCase] = [
            ("", "null"), ("~", "null"), ("null", "null"), ("Null", "null"), ("nUll", "\"nUll\""),
            ("''", "\"\""), ("\"~\"", "\"~\""), ("true", "true"), ("True", "true"), ("TRUE", "true"),
            ("tRue", "\"tRue\""), ("false", "false"), ("no", "\"no\""), ("No", "\"No\""), ("yes", "\"yes\""),
            ("on", "\"on\""), ("off", "\"off\""), ("y", "\"y\""), ("n", "\"n\""), ("NO", "\"NO\""),
            ("0", "0"), ("-0", "-0"), ("+12", "12"), ("-19", "-19"), ("007", "7"), ("010", "10"), ("08", "8"),
            ("0o7", "7"), ("0o17", "15"), ("0o8", "\"0o8\""), ("0x1F", "31"), ("0xff", "255"), ("0x", "\"0x\""),
            ("0xFFFFFFFFFFFFFFFFFFFF", "1208925819614629174706175"), ("-0x1F", "\"-0x1F\""),
            ("0b11", "\"0b11\""), ("1_000", "\"1_000\""), ("1:30", "\"1:30\""), ("190:20:30", "\"190:20:30\""),
            ("99999999999999999999999", "99999999999999999999999"),
            ("1.5", "1.5"), ("1.50", "1.50"), (".5", "0.5"), ("-.5", "-0.5"), ("5.", "5.0"), ("+1.0", "1.0"),
            ("1e3", "1e3"), ("1E+3", "1e+3"), ("1.e-3", "1.0e-3"), ("1e400", "1e400"), ("1e", "\"1e\""),
            (".", "\".\""), ("..", "\"..\""), ("1.2.3", "\"1.2.3\""), ("10.0.0.1/24", "\"10.0.0.1/24\""),
            ("2026-11-21", "\"2026-11-21\""), ("2026-11-21T03:12:21Z", "\"2026-11-21T03:12:21Z\""),
            ("=", "\"=\""), ("inf", "\"inf\""), ("NaN", "\"NaN\""), ("'.inf'", "\".inf\""), ("a*b", "\"a*b\""),
            ("\"*x and *y\"", "\"*x and *y\""), ("'**bold**'", "\"**bold**\""), ("a **b** c", "\"a **b** c\""),
            ("!!str 5", "\"5\""), ("!!str no", "\"no\""), ("!!str", "\"\""), ("! 5", "\"5\""), ("!!int \"5\"", "5"),
            ("!!int 0x10", "16"), ("!!float 1", "1"), ("!!bool 'true'", "true"), ("!!null ''", "null"),
            ("!!seq [1]", "[1]"), ("!!map {a: 1}", "{\"a\":1}"), ("{}", "{}"), ("[]", "[]"),
            ("[no, 1, ~]", "[\"no\",1,null]"), ("|\n  *a\n  b\n", "\"*a\\nb\\n\""), (">-\n  a\n  b\n", "\"a b\""),
            ("\"\\u00e9\\t\"", "\"é\\t\""), ("caf\u{E9}", "\"café\""),
        ].map { YAMLCase(yaml: $0.0, json: $0.1) }
    }

    @Test(arguments: [
        ("no: 1", "{\"no\":1}"), ("1: a", "{\"1\":\"a\"}"), ("010: a", "{\"010\":\"a\"}"),
        ("true: a", "{\"true\":\"a\"}"), ("~: a", "{\"~\":\"a\"}"), ("1.0: a", "{\"1.0\":\"a\"}"),
        ("'': a", "{\"\":\"a\"}"), ("'<<': {a: 1}", "{\"<<\":{\"a\":1}}"), ("? a\n: b", "{\"a\":\"b\"}"),
        ("{a, b: 1}", "{\"a\":null,\"b\":1}"), ("!!str 1: a", "{\"1\":\"a\"}"),
        ("k: &x v\n*x : w", "{\"k\":\"v\",\"v\":\"w\"}"),
    ])
    func `a key is its text as it is written`(_ yaml: String, _ json: String) throws {
        #expect(try decoded(yaml) == json)
    }

    @Test(arguments: [
        ("a: &x [1, 2]\nb: *x\nc: [*x, *x]", "{\"a\":[1,2],\"b\":[1,2],\"c\":[[1,2],[1,2]]}"),
        ("a: &x 1\nb: &x 2\nc: *x", "{\"a\":1,\"b\":2,\"c\":2}"),
        ("a: &x {k: &y v}\nb: {<: *y}\nc: *x", "{\"a\":{\"k\":\"v\"},\"b\":{\"<\":\"v\"},\"c\":{\"k\":\"v\"}}"),
        ("a: &x-1_z v # *no\nb:\n- *x-1_z\n-  *x-1_z", "{\"a\":\"v\",\"b\":[\"v\",\"v\"]}"),
        ("{a: &x 1,b: *x,c: [*x,*x ]}", "{\"a\":1,\"b\":1,\"c\":[1,1]}"),
        ("a: &x 1\nb: *x\nc: \"\u{E000}*x\"", "{\"a\":1,\"b\":1,\"c\":\"\u{E000}*x\"}"),
    ])
    func `an alias stands for the value of the anchor before it`(_ yaml: String, _ json: String) throws {
        #expect(try decoded(yaml) == json)
    }

    @Test(arguments: FaultCase.table) func `what is no mapping of JSON values is refused with its line`(_ c: FaultCase)
    {
        let fault = #expect(throws: DecodeFault.self) { try decoded(c.yaml) }
        #expect(fault?.line == c.line, "\(fault.map { "\($0)" } ?? "")")
        #expect(fault?.reason.contains(c.reason) == true, "\(fault.map { "\($0)" } ?? "")")
    }

    struct FaultCase: Sendable, CustomTestStringConvertible {
        let yaml: String
        let line: Int?
        let reason: String
        var testDescription: String { yaml }

        static let table: [FaultCase] = [
            ("", nil, "empty"), ("# only this\n", nil, "empty"), ("---\n...\n", nil, "not null"),
            ("- a\n", nil, "must be a mapping, not array"), ("word", nil, "not string"), ("5", nil, "not number"),
            ("a: 1\n---\nb: 2\n", 2, "second document"), ("a: 1\nb: 2\na: 3\n", 1, "\"a\" is there twice"),
            ("1: x\n'1': y", 1, "twice"), ("k: &x v\na: 1\n*x : 1\nv: 2\n", 4, "twice"),
            ("a: 1\n<<: {b: 2}\n", 2, "merge keys"), ("?\n: x", 1, "a key is missing"), ("a: 1\n: x\n", 2, "no YAML"),
            ("? [a]\n: b\n", 1, "scalar"), ("{[a]: b}", 1, "scalar"), ("a: 1\n? {b: c}\n", 2, "scalar"),
            ("a: .inf", 1, "JSON cannot hold"), ("a: 1\nb: -.INF", 2, "JSON cannot hold"),
            ("a: .nan", 1, "cannot hold"),
            ("a: !!binary aGk=", 1, "tag \"!!binary\""), ("a: !secret x", 1, "tag \"!secret\""),
            ("a: !!set {b}", 1, "!!set"), ("a: !!python/object:os.system x", 1, "python"),
            ("a: !!timestamp 2026-11-21", 1, "!!timestamp"), ("!!int 1: x", 1, "!!int"),
            ("a: !!int x", 1, "no int"), ("a: !!int 1.5", 1, "no int"), ("a: !!bool yes", 1, "no bool"),
            ("a: !!seq {}", 1, "!!seq"), ("a: !!str [b]", 1, "!!str"),
            ("a: *x", 1, "no anchor before it"), ("a: &x [*x]", 1, "no anchor before it"), ("a: *", 1, "no YAML"),
            ("b: &x 1\na: *x y", 2, "alone"), ("b: &x 1\na: &y *x", 2, "alone"), ("b: &x 1\na: !!str *x", 2, "alone"),
            ("b: &x [1]\n*x : 1", 2, "must be a string"), ("a: [1", 2, "no YAML"), ("a: 'x", 1, "no YAML"),
            ("a:\n\tb: 1", 2, "no YAML"), ("a: \u{01}", 1, "no YAML"), ("a: \0b", 1, "no YAML"),
            ("a: b: c", 1, "no YAML"), ("%YAML 2.0\n---\na: 1", 1, "no YAML"), ("a: @x", 1, "no YAML"),
            ("a: 0x" + String(repeating: "f", count: 600), 1, "more than 512 digits"),
        ].map { FaultCase(yaml: $0.0, line: $0.1, reason: $0.2) }
    }

    @Test func `a combining mark makes a text of what would be a number`() throws {
        #expect(try decoded("a: -\u{301}5") == "{\"a\":\"-\u{301}5\"}")
        #expect(try decoded("a: +\u{301}5") == "{\"a\":\"+\u{301}5\"}")
        #expect(try decoded("a: -5\u{301}") == "{\"a\":\"-5\u{301}\"}")
        #expect(try decoded("a: -5") == "{\"a\":-5}")
    }

    @Test func `a fault does not repeat the content`() {
        let secret = "hunter2 " + String(repeating: "x", count: 5_000)
        for yaml in [
            "a: [\"\(secret)\"", "\"\(secret)\": 1\n\"\(secret)\": 2", "a: !\(secret.dropFirst(8)) x",
            "a: \"\(secret)\n",
        ] {
            let fault = #expect(throws: DecodeFault.self) { try decoded(yaml) }
            #expect((fault?.description.count ?? 0) < 400)
        }
    }

    @Test func `a byte-order mark, CRLF and a directive change nothing`() throws {
        #expect(try decoded("\u{FEFF}a: 1\r\nb:\r\n  - x\r\n") == "{\"a\":1,\"b\":[\"x\"]}")
        #expect(try decoded("%YAML 1.1\n---\na: no\n...\n") == "{\"a\":\"no\"}")
    }

    @Test(arguments: [
        ("a: \u{FEFF}x", "{\"a\":\"\u{FEFF}x\"}"),
        ("a: [\"\u{FEFF}\", '\u{FEFF}']", "{\"a\":[\"\u{FEFF}\",\"\u{FEFF}\"]}"),
        ("a: \u{FEFF}true", "{\"a\":\"\u{FEFF}true\"}"), ("a: |\n  \u{FEFF}x\n", "{\"a\":\"\u{FEFF}x\\n\"}"),
        ("\"\u{FEFF}k\": 1\nk: 2", "{\"k\":2,\"\u{FEFF}k\":1}"), ("a: \"x\\uFEFFy\"", "{\"a\":\"x\u{FEFF}y\"}"),
        ("a: \u{E000}\u{E001}\u{FEFF}\nb: *", nil),
        ("a: \u{E000}\u{E001}\u{FEFF}", "{\"a\":\"\u{E000}\u{E001}\u{FEFF}\"}"),
        ("a: \"\\uFEFFy\"", nil), ("a: 1\nb: \"\\U0000feff\"", nil), ("a: \"\\u0000feff\"", "{\"a\":\"\\u0000feff\"}"),
    ])
    func `a byte-order mark that is not at the start belongs to the text`(_ yaml: String, _ json: String?) throws {
        if let json {
            #expect(try decoded(yaml) == json)
        } else {
            #expect(throws: DecodeFault.self) { try decoded(yaml) }
        }
    }

    @Test func `bytes that are no UTF-8 are refused with their line`() {
        for path in ["a.yaml", "a.json"] {
            let fault = #expect(throws: DecodeFault.self) {
                try ObjectKinds.kind(.configContext).decode(
                    Array("a: 1\nb: ".utf8) + [0xC3, 0x28], at: RelativePath(path))
            }
            #expect(fault == DecodeFault(line: 2, "it is not UTF-8"))
        }
    }

    @Test func `a path that ends in json is read as JSON only`() throws {
        let kind = ObjectKinds.kind(.configContext)
        let text = Array("{\"b\": [1, 2.0], \"a\": {}}".utf8)
        let content = try kind.decode(text, at: RelativePath("x/A.JSON"))
        #expect(String(decoding: content.bytes, as: UTF8.self) == "{\"a\":{},\"b\":[1,2.0]}")
        let fault = #expect(throws: DecodeFault.self) {
            try kind.decode(Array("{\"a\":\n 01}".utf8), at: RelativePath("a.json"))
        }
        #expect(fault?.line == 2)
        #expect(throws: DecodeFault.self) { try kind.decode(Array("a: 1".utf8), at: RelativePath("a.json")) }
        #expect(throws: DecodeFault.self) { try kind.decode(Array("[]".utf8), at: RelativePath("a.json")) }
    }

    @Test func `JSON and YAML that say the same give the same content`() throws {
        let kind = ObjectKinds.kind(.configContext)
        let yaml = try kind.decode(Array("b: [x, 1]\na: {k: no}\n".utf8), at: RelativePath("a.yml"))
        let json = try kind.decode(Array("{\"a\":{\"k\":\"no\"},\"b\":[\"x\",1]}".utf8), at: RelativePath("a.json"))
        #expect(yaml == json)
        #expect(try kind.content(typed: json.bytes) == json)
        #expect(try kind.content(typed: Array("b: [x, 1]\na: {k: no}\n".utf8)) == json)
        #expect(try kind.content(from: ["a": ["k": "no"], "b": ["x", 1]]) == json)
        #expect(throws: DecodeFault.self) { try kind.content(from: ["x"]) }
    }
}

/// Content made to do harm.
@Suite(.timeLimit(.minutes(1))) struct HostileContexts {
    private static let depths: [String] = [
        String(repeating: "[", count: 10_000), String(repeating: "{a: ", count: 10_000),
        "a: " + String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000),
        "a:\n" + String(repeating: "- ", count: 10_000) + "x", String(repeating: "? ", count: 10_000) + "x",
        (0..<5_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
        "a: " + String(repeating: "[", count: 600) + String(repeating: "]", count: 600),
        String(repeating: "&a ", count: 10_000), String(repeating: "!!map ", count: 10_000),
        "{" + String(repeating: "? [", count: 10_000),
    ]

    @Test(arguments: depths.indices) func `nesting without end is refused`(_ index: Int) throws {
        #expect(throws: DecodeFault.self) { try decoded(Self.depths[index]) }
    }

    @Test func `nesting of as many levels as JSON may have is fine`() throws {
        let inner = JSONParser.deepest - 1
        let list = String(repeating: "[", count: inner) + String(repeating: "]", count: inner)
        #expect(try decoded("a: \(list)") == "{\"a\":\(list)}")
        #expect(throws: DecodeFault.self) { try decoded("a: [\(list)]") }
        let fault = #expect(throws: DecodeFault.self) {
            try decoded("a: &x [[[1]]]\nb: \(list.replacing("[]", with: "[*x]"))")
        }
        #expect(fault?.reason == "it is nested deeper than 512 levels")
    }

    @Test func `JSON nested without end is refused`() {
        for text in ["[", "{\"a\":"] {
            let bytes = Array(String(repeating: text, count: 10_000).utf8)
            #expect(throws: DecodeFault.self) {
                try ObjectKinds.kind(.configContext).decode(bytes, at: RelativePath("a.json"))
            }
        }
    }

    /// Nine levels, each of nine of the one before: a billion strings; also where only a key holds them.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: ["x: *l9", "? [*l9, *l9]\n: x", "? *l9\n: x", "{*l9, b}", "[*l9]: x", "x: {*l9 : 1, *l9 : 2}"])
    func `aliases that expand without end are refused at once`(_ end: String) {
        var yaml = "l0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*l\(level - 1)", count: 9).joined(separator: ", ")
            yaml += "l\(level): &l\(level) [\(aliases)]\n"
        }
        #expect(throws: DecodeFault.self) { try decoded(yaml + end) }
    }

    @Test func `one long string with many aliases is counted as what it expands to`() {
        let yaml =
            "a: &a \(String(repeating: "x", count: 1 << 20))\nb: [\(Array(repeating: "*a", count: 20).joined(separator: ","))]"
        let fault = #expect(throws: DecodeFault.self) { try decoded(yaml) }
        #expect(fault?.reason.contains("aliases expand") == true)
    }

    @Test(arguments: [("a: [", "0,", "0]"), ("a:\n", "- 0\n", ""), ("", "? 0\n", ""), ("a: {", "\"b\":0 ", "}")])
    func `more values than memory has room for are refused before they are read`(
        _ head: String, _ value: String, _ tail: String
    ) {
        let yaml = head + String(repeating: value, count: 500_001) + tail
        let fault = #expect(throws: DecodeFault.self) { try decoded(yaml) }
        #expect(fault?.description.contains("write it as JSON") == true, "\(fault?.description ?? "")")
    }

    @Test func `commas and colons within text are no values`() throws {
        #expect(throws: Never.self) { try decoded("a: >-\n  " + String(repeating: "00:11:22-33 ", count: 60_000)) }
    }

    @Test(.timeLimit(.minutes(1))) func `a file with many keys and aliases decodes`() throws {
        let keys = (0..<20_000).map { "k\($0): {vlan: *base, name: \"leaf-\($0)\"}\n" }.joined()
        _ = try decoded("base: &base {mtu: 9000, tags: [a, b]}\n" + keys)
    }

    @Test func `content larger than any object takes is refused before it is read`() throws {
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: Int(ObjectKinds.largestContentInBytes) + 1)
        for kind in ObjectKinds.all {
            let fault = #expect(throws: DecodeFault.self) { try kind.decode(bytes, at: RelativePath("a")) }
            #expect(fault?.reason.hasPrefix("it has 16.0 MiB") == true)
        }
    }
}

func decoded(_ yaml: String) throws -> String {
    let content = try ObjectKinds.kind(.configContext).decode(Array(yaml.utf8), at: RelativePath("contexts/a.yaml"))
    return String(decoding: content.bytes, as: UTF8.self)
}
