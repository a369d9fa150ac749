import Testing

@testable import Permissions

@Suite struct TextExpressions {
    @Test(arguments: Case.table) func `an expression finds what PostgreSQL's finds`(_ c: Case) throws {
        #expect(try TextExpression(c.pattern, ignoresCase: c.ignoresCase).finds(in: c.text) == c.isFound)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let pattern: String
        let text: String
        let isFound: Bool
        var ignoresCase = false
        var testDescription: String { "\(pattern.debugDescription) in \(text.debugDescription)" }

        init(_ pattern: String, _ text: String, _ isFound: Bool, ignoresCase: Bool = false) {
            (self.pattern, self.text, self.isFound, self.ignoresCase) = (pattern, text, isFound, ignoresCase)
        }

        /// Compared with `SELECT text ~ pattern` of PostgreSQL 15, but for `\b` and `\B`, which are no places there.
        static let table: [Case] = [
            Case("", "", true), Case("", "a", true), Case("a", "", false), Case("b", "abc", true),
            Case("^b", "abc", false), Case("b$", "abc", false), Case("c$", "abc", true), Case("^$", "", true),
            Case("^abc$", "abc\n", false), Case("^b", "a\nb", false), Case("a$", "a\nb", false),
            Case("a.b", "a\nb", true), Case("^.$", "é", true), Case("^.$", "e\u{301}", false),
            Case("^[^a]$", "\n", true), Case("\\Aa\\Z", "a", true), Case("\\Aa\\Z", "a\n", false),
            Case("a|", "b", true), Case("^(a|)$", "", true), Case("^(|a)b$", "ab", true), Case("^()$", "", true),
            Case("^a|b$", "ac", true), Case("^a|b$", "cb", true), Case("^(a|b)$", "ab", false),
            Case("^a*$", "aaa", true), Case("^a+$", "", false), Case("^a?b$", "b", true), Case("^a??b$", "ab", true),
            Case("^a{2}$", "aa", true), Case("^a{2}$", "aaa", false), Case("^a{2,}$", "aaaa", true),
            Case("^a{2,}$", "a", false), Case("^a{1,3}$", "aaaa", false), Case("^a{0}b$", "b", true),
            Case("^a{0,1}b$", "ab", true), Case("^(ab){2,3}$", "ababab", true), Case("^(ab){2,3}$", "ab", false),
            Case("^(a*)*$", "aaa", true), Case("^(a*)+$", "b", false), Case("^(a|b*)*c$", "abbac", true),
            Case("^(a{2}){2}$", "aaaa", true), Case("^(a{2}){2}$", "aaa", false), Case("^(a?){3}$", "aa", true),
            Case("a{", "a{", true), Case("a{b", "a{b", true), Case("a}", "a}", true), Case("]", "]", true),
            Case("^[]a]$", "]", true), Case("^[^]a]$", "]", false), Case("^[a-]$", "-", true),
            Case("^[-a]$", "-", true), Case("^[a\\]]$", "]", true), Case("^[a-c]$", "b", true),
            Case("^[\\d_]$", "7", true), Case("^[\\w-]+$", "leaf-1", true), Case("^[^\\s]$", " ", false),
            Case("^\\w+$", "Zürich_1", true), Case("^\\w$", "-", false), Case("^\\W$", "-", true),
            Case("^\\d+$", "12", true), Case("^\\D+$", "ab", true), Case("^\\s$", "\t", true),
            Case("^\\S$", " ", false),
            Case("^[[:alpha:]]+$", "aé", true), Case("^[[:alpha:]]$", "1", false), Case("^[[:alnum:]]+$", "a1", true),
            Case("^[[:upper:]]$", "É", true), Case("^[[:lower:]]$", "É", false), Case("^[[:punct:]]$", "$", true),
            Case("^[[:space:]]$", "\n", true), Case("^[[:blank:]]$", "\n", false), Case("^[[:xdigit:]]+$", "fF0", true),
            Case("^[[:cntrl:]]$", "\u{7}", true), Case("^[[:print:]]$", " ", true), Case("^[[:graph:]]$", " ", false),
            Case("^[^[:digit:]x]$", "y", true), Case("^[^[:digit:]x]$", "x", false),
            Case("\\.", "a", false), Case("\\.", ".", true), Case("^\\-$", "-", true), Case("^\\u00e9$", "é", true),
            Case("^\\U0001F600$", "\u{1F600}", true), Case("^\\t$", "\t", true), Case("^(?:ab)+$", "abab", true),
            Case("\\mleaf\\M", "a leaf b", true), Case("\\mleaf\\M", "leaf1", false), Case("\\yleaf", "aleaf", false),
            Case("\\Yeaf", "leaf", true), Case("\\bleaf\\b", "lab-leaf", true), Case("\\bleaf\\b", "lab_leaf", false),
            Case("\\Beaf", "leaf", true), Case("(?i)LEAF", "leaf", true), Case("(?i)^[A-C]$", "b", true),
            Case("LEAF", "leaf", true, ignoresCase: true), Case("é", "É", true, ignoresCase: true),
            Case("[é]", "É", true, ignoresCase: true), Case("[^é]", "É", false, ignoresCase: true),
            Case("^[à-é]$", "Ç", true, ignoresCase: true), Case("σ", "Σ", true, ignoresCase: true),
            Case("ß", "SS", false, ignoresCase: true), Case("^[[:upper:]]$", "é", true, ignoresCase: true),
            Case("^[[:lower:]]$", "1", false, ignoresCase: true), Case("^[^[:upper:]]$", "a", false, ignoresCase: true),
            Case("^\\W$", "É", false, ignoresCase: true),
        ]
    }

    @Test func `a letter without a dot is not the one with a dot`() throws {
        #expect(try !TextExpression("^lab-i$", ignoresCase: true).finds(in: "lab-\u{131}"))
    }

    @Test(
        arguments: [
            ("(a)\\1", "refers back"), ("(?=a)", "looks ahead"), ("(?!a)", "looks ahead"), ("(?<=a)", "looks"),
            ("(?<!a)", "looks"), ("(?<name>a)", "must be"), ("(?P<n>a)", "must be"), ("(?>a)", "must be"),
            ("a(?i)", "very beginning"), ("(", "not closed"), (")", "closes nothing"), ("[", "not closed"),
            ("[a", "not closed"), ("[]", "not closed"), ("[z-a]", "no range"), ("[a-\\d]", "no range"),
            ("[[:alfa:]]", "there can be"), ("[[:alpha]]", "there can be"), ("[[.a.]]", "not understood"),
            ("*", "repeats nothing"), ("a|+", "repeats nothing"), ("(?", "must be"), ("^*", "repeats a place"),
            ("\\b+", "repeats a place"), ("a**", "repeated already"), ("a*+", "repeated already"),
            ("a{2}{3}", "repeated already"), ("{2}", "repeats nothing"), ("a{,3}", "{0,"), ("a{2", "not closed"),
            ("a{3,2}", "ends before"), ("a{256}", "at most 255"), ("a{99999999999999999999}", "at most 255"),
            ("\\", "nothing after"), ("[\\", "nothing after"), ("\\p{L}", "not understood"),
            ("\\x41", "not understood"),
            ("\\u12", "4 digits"), ("\\ud800", "4 digits"), ("[\\b]", "not understood"),
            (String(repeating: "(", count: 101), "nested"), (String(repeating: "a", count: 1_001), "1000 bytes"),
        ])
    func `what is no expression, or could take long, is refused with its reason`(_ pattern: String, _ reason: String) {
        let fault = #expect(throws: OperandFault.self) { try TextExpression(pattern, ignoresCase: false) }
        #expect(fault?.reason.contains(reason) == true, "\(fault?.reason ?? "")")
    }

    @Test(
        arguments: [
            "(a{255}){255}", "((a{20}){20}){20}", "(((((((a{255}){255}){255}){255}){255}){255}){255}){255}",
            "((a|b){100,255}c?){50}", "(a?){200}(a?){200}(a?){200}(a?){200}(a?){200}a",
        ])
    func `repeats of repeats are refused before they are written out`(_ pattern: String) {
        let fault = #expect(throws: OperandFault.self) { try TextExpression(pattern, ignoresCase: false) }
        #expect(fault?.reason.contains("2000 steps") == true)
    }

    @Test(
        arguments: [
            "(((((((((){255}){255}){255}){255}){255}){255}){255}){255}){255}", "((((a{0}){255}){255}){255}){255}a?",
        ])
    func `nothing costs nothing, however often`(_ pattern: String) throws {
        #expect(try TextExpression(pattern, ignoresCase: false).search("b").steps < 10)
    }

    @Test(
        arguments: [
            "(a+)+$", "(a*)*$", "(a|a)*$", "(a|aa)+$", "(a?){255}a{255}$", "^(a+)+$", "(.*)*x", "([a-z]+)*[0-9]",
            "(((a*)*)*)*$", "(a{1,30}){1,30}$", "\\b(\\w+\\s?)*$",
        ])
    func `a search takes steps in proportion to the text`(_ pattern: String) throws {
        let expression = try TextExpression(pattern, ignoresCase: false)
        let steps = [2_000, 4_000].map { length in
            let text = String(repeating: "a", count: length) + "!"
            let steps = expression.search(text).steps
            #expect(steps <= expression.mostSteps(in: text))
            return steps
        }
        // The first letters may cost less than those after them.
        #expect(Double(steps[1]) <= 2.2 * Double(steps[0]))
    }

    @Test func `an expression that begins at the start gives up there`() throws {
        let text = String(repeating: "b", count: 10_000)
        #expect(try TextExpression("^lab-.*$", ignoresCase: false).search(text).steps < 10)
        #expect(try TextExpression("^a|^c", ignoresCase: false).search(text).steps < 10)
    }
}
