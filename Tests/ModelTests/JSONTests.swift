import Model
import Testing

@Suite struct JSONTexts {
    @Test(arguments: [
        ("null", "null"), (" true ", "true"), ("\u{FEFF}false", "false"), ("0", "0"), ("-0", "-0"), ("1.0", "1.0"),
        ("1E400", "1E400"), ("-1.5e-3", "-1.5e-3"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("\"\"", "\"\""), ("\"\\u00e9\\n\\/\\b\\f\\t\\\\\\\"\"", "\"é\\n/\\u0008\\u000c\\t\\\\\\\"\""),
        ("\"\\ud83d\\ude00\"", "\"😀\""), ("\"\\u0000\"", "\"\\u0000\""), ("\"\u{7F}\u{2028}\"", "\"\u{7F}\u{2028}\""),
        ("[]", "[]"), ("[ 1 , [ ] ]", "[1,[]]"), ("{}", "{}"),
        ("{\"b\":1,\"a\":{\"\":[]},\"é\":2,\"Z\":3}", "{\"Z\":3,\"a\":{\"\":[]},\"b\":1,\"é\":2}"),
        ("\t\r\n{\n}\n", "{}"),
    ])
    func `what RFC 8259 allows is read, and written in one form`(_ text: String, _ canonical: String) throws {
        let value = try JSONParser.parse(text.utf8)
        #expect(value.canonical == canonical)
        #expect(try JSONParser.parse(value.canonical.utf8) == value)
        #expect(try JSONParser.parse(value.pretty.utf8) == value)
    }

    @Test(arguments: [0, 1, 3, 5_000])
    func `a list in pieces is written as one in a piece`(_ count: Int) {
        let elements = (0..<count).map { JSONValue.object(["name": .string("é \($0)"), "list": [.integer($0), []]]) }
        var pieces: [String] = []
        var text = JSONArrayText { pieces.append($0) }
        for element in elements { text.add(element) }
        text.end()
        #expect(pieces.joined() == JSONValue.array(elements).pretty)
        #expect((pieces.count > 1) == (count == 5_000))
    }

    @Test(arguments: [
        ("", 1, 1, "text ends"), ("  ", 1, 3, "text ends"), ("nul", 1, 1, "no value"), ("NaN", 1, 1, "no value"),
        ("Infinity", 1, 1, "no value"), ("'a'", 1, 1, "no value"), ("01", 1, 3, "needless 0"),
        ("-01", 1, 4, "needless 0"),
        ("1.", 1, 3, "digit"), (".5", 1, 1, "no value"), ("+1", 1, 1, "no value"), ("1e", 1, 3, "digit"),
        ("-", 1, 2, "digit"),
        ("1e+", 1, 4, "digit"), ("0x1F", 1, 2, "more text"), ("[1,]", 1, 4, "no value"), ("[1 2]", 1, 4, "missing"),
        ("[1", 1, 3, "missing"), ("[", 1, 2, "text ends"), ("{", 1, 2, "key"), ("{\"a\"}", 1, 5, "\":\" is missing"),
        ("{\"a\":1,}", 1, 8, "key"), ("{a:1}", 1, 2, "key"), ("{\"a\":1 \"b\":2}", 1, 8, "missing"),
        ("{\"a\":1,\n \"b\":2,\n \"a\":3}", 3, 2, "\"a\" is there twice"), ("\"a", 1, 3, "ends inside a string"),
        ("\"a\nb\"", 1, 3, "control character"), ("\"\\x\"", 1, 3, "escape does not exist"),
        ("\"\\u12\"", 1, 6, "hexadecimal"), ("\"\\ud800\"", 1, 8, "alone"), ("\"\\udc00\"", 1, 8, "alone"),
        ("\"\\ud800\\u0041\"", 1, 14, "alone"), ("1 1", 1, 3, "more text"), ("{} // x", 1, 4, "more text"),
        ("/* x */ 1", 1, 1, "no value"), ("tru\ne", 1, 1, "no value"), ("[\n\n}", 3, 1, "no value"),
    ])
    func `what it forbids is refused with its place`(_ text: String, _ line: Int, _ column: Int, _ reason: String) {
        let fault = #expect(throws: JSONParser.Fault.self) { try JSONParser.parse(text.utf8) }
        #expect(fault?.reason.contains(reason) == true, "\(fault?.description ?? "")")
        #expect(fault?.line == line && fault?.column == column, "\(fault?.description ?? "")")
    }

    @Test(arguments: [[0x22, 0xFF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0xFF, 0xFE]] as [[UInt8]])
    func `bytes that are no UTF-8 are refused`(_ bytes: [UInt8]) {
        let fault = #expect(throws: JSONParser.Fault.self) { try JSONParser.parse(bytes) }
        #expect(fault?.reason == "the text is not UTF-8")
    }

    @Test func `nesting is bounded`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSONParser.parse(nested(JSONParser.deepest).utf8) }
        #expect(throws: JSONParser.Fault.self) { try JSONParser.parse(nested(JSONParser.deepest + 1).utf8) }
        #expect(throws: JSONParser.Fault.self) {
            try JSONParser.parse(String(repeating: "{\"a\":", count: 100_000).utf8)
        }
    }

    @Test func `two Unicode forms of one key are one key`() {
        #expect(throws: JSONParser.Fault.self) { try JSONParser.parse("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8) }
    }

    @Test func `every value has its line`() throws {
        let text = "{\n  \"data_sources\": [\n    {\"name\": \"a\"},\n    {\n      \"name\": \"b\"}\n  ]}"
        let lines = try JSONParser.parseWithLines(text.utf8).lines
        #expect(lines["data_sources"] == 2)
        #expect(lines["data_sources[0].name"] == 3)
        #expect(lines["data_sources[1]"] == 4)
        #expect(lines["data_sources[1].name"] == 5)
        #expect(lines[""] == 1)
    }

    @Test func `values are equal that are written alike, and two Unicode forms are not`() throws {
        let (composed, decomposed) = ("\u{E9}", "e\u{301}")
        #expect(JSONValue.string(composed) != .string(decomposed))
        #expect(JSONValue.object([composed: 1]) != .object([decomposed: 1]))
        #expect(JSONValue.object(["a": .string(composed)]) != ["a": .string(decomposed)])
        #expect(JSONValue.number("1") != .number("1.0"))
        #expect(JSONValue.string("1") != .number("1"))
        let value: JSONValue = ["a": [.null, true, 1, "x", [:]], "b": []]
        #expect(try JSONParser.parse(value.pretty.utf8) == value)
        #expect(Set([value, try JSONParser.parse(value.canonical.utf8)]).count == 1)
        #expect(ParameterValue.literal(composed) != .literal(decomposed))
        #expect(ParameterValue.command(["a", composed]) != .command(["a", decomposed]))
        #expect(ParameterValue.file(composed) == .file(composed) && ParameterValue.file("a") != .environment("a"))
    }

    @Test func `a value whose path is too long to tell has no line`() throws {
        // Else a long key around many values would take their number times its length.
        let key = String(repeating: "k", count: 1 << 20)
        let text = "{\"\(key)\":[" + Array(repeating: "1", count: 100_000).joined(separator: ",") + "],\"b\":2}"
        #expect(try JSONParser.parseWithLines(text.utf8).lines == ["": 1, "b": 1])
    }

    @Test(.timeLimit(.minutes(1))) func `a text of escapes takes no longer than any other`() throws {
        let text = "\"" + String(repeating: "\\n", count: 500_000) + "\""
        #expect(try JSONParser.parse(text.utf8) == .string(String(repeating: "\n", count: 500_000)))
    }

    @Test func `the lines of a million values are told, and no more`() throws {
        let text = "[" + String(repeating: "0,", count: 1_000_000) + "0]"
        let (value, lines) = try JSONParser.parseWithLines(text.utf8)
        #expect(lines.count == 1_000_000)
        guard case .array(let values) = value else { throw CancellationError() }
        #expect(values.count == 1_000_001)
    }
}
