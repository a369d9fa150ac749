import Model
import Testing

@Suite struct ShellPatterns {
    /// Expected values are those of Python 3.11's `fnmatch.fnmatchcase`.
    @Test(arguments: [
        ("*", "", true), ("*", "a/b", true), ("?", "é", true), ("?", "", false), ("?", "/", true),
        ("*.j2", "a/b.j2", true), ("*.j2", "a.J2", false), ("a*b*c", "aXbYbZc", true), ("a*b*c", "acb", false),
        ("[abc]", "b", true), ("[!abc]", "b", false), ("[!abc]", "/", true), ("[a-c]x", "bx", true),
        ("[a-c]x", "dx", false), ("[]a]", "]", true), ("[!]a]", "]", false), ("[!]a]", "b", true), ("[a", "[a", true),
        ("[", "[", true), ("[!", "[!", true), ("[]", "[]", true), ("[b-a]", "a", false), ("[!b-a]", "a", true),
        ("[a-]", "-", true), ("[-a]", "-", true), ("[--0]", ".", true), ("[a-c-e]", "d", false),
        ("[a-c-e]", "-", true), ("[^a]", "a", true), ("[^a]", "^", true), ("[*]", "*", true), ("[*]", "x", false),
        ("[?]x", "?x", true), ("**", "abc", true), ("a**b", "ab", true), ("*a*a*a*a*b", "aaaaaaaaaaaa", false),
        ("\\*", "\\x", true), ("README", "readme", false), ("dev/*", "dev/a/b", true), ("*/dev/*", "dev/a", false),
        ("*/dev/*", "x/dev/a", true), ("[à-ü]", "é", true), ("", "x", false), ("", "", true),
    ])
    func `a pattern matches what fnmatch matches`(_ pattern: String, _ text: String, _ matches: Bool) {
        #expect(ShellPattern(pattern).matches(Array(text.utf8)[...]) == matches)
    }

    @Test(.timeLimit(.minutes(1))) func `many stars cost no more than pattern times text`() {
        let pattern = ShellPattern(String(repeating: "*a", count: 200) + "b")
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 4_000)
        #expect(!pattern.matches(text[...]))
    }
}

@Suite struct PathPatterns {
    @Test(arguments: [
        ("templates/**/*.j2", "templates/a.j2", true), ("templates/**/*.j2", "templates/x/y/a.j2", true),
        ("templates/**/*.j2", "templates/a.txt", false), ("templates/**/*.j2", "other/a.j2", false),
        ("*.j2", "a.j2", true), ("*.j2", "x/a.j2", false), ("**", "a/b/c", true), ("**/b", "b", true),
        ("**/b", "a/a/b", true), ("**/b", "a/b/c", false), ("a/**", "a", false), ("a/**", "a/b/c", true),
        ("*/**", "a", false), ("a/**/b/**/c", "a/b/c", true),
        ("a/**/b/**/c", "a/x/b/y/z/c", true), ("a/**/b/**/c", "a/x/c", false), ("a/?/c", "a/b/c", true),
        ("a/?/c", "a/bb/c", false), ("a/[bc]", "a/c", true), ("a/b", "a/b", true), ("a/b", "a/bc", false),
    ])
    func `a star stays within one component, two stars take any number`(
        _ pattern: String, _ path: String, _ matches: Bool
    ) throws {
        #expect(try PathPattern(pattern).matches(RelativePath(path)) == matches)
    }

    @Test(arguments: [
        ("templates/**/*.j2", "templates/dc/leaf.j2", "dc/leaf"), ("templates/*.j2", "templates/leaf.j2", "leaf"),
        ("*", "leaf", "leaf"), ("**/*.tar.gz", "a/b.tar.gz", "a/b.tar"), ("a/b/*.[jy]*", "a/b/c.json", "c.json"),
        ("a/*.j2", "a/\u{301}x.j2", "\u{301}x"),
    ])
    func `a match is called what the pattern leaves open`(_ pattern: String, _ path: String, _ name: String) throws {
        let path = try RelativePath(path)
        #expect(try PathPattern(pattern).matches(path))
        #expect(try PathPattern(pattern).name(for: path).description.utf8.elementsEqual(name.utf8))
    }

    @Test func `a match that leaves nothing open has no name`() throws {
        #expect(throws: NameFault.empty) { try PathPattern("a/*.j2").name(for: RelativePath("a/.j2")) }
    }

    @Test func `a wildcard with a combining mark is a wildcard`() {
        #expect(PathPattern.isPattern("a*\u{301}"))
        #expect(!PathPattern.isPattern("a/b.j2"))
    }
}

@Suite struct IgnoreRulesets {
    @Test(arguments: [
        ("", "a.txt", false), ("", ".a", true), ("", "a/.b/c", true), ("", ".git/x", true), ("", "a/b.c", false),
        ("README", "README", true), ("README", "a/README", true), ("README", "README.md", false),
        ("*.txt", "a/b.txt", true), ("dev/*", "dev/a/b", true), ("dev/*", "x/dev/a", false),
        ("*/dev/*", "x/dev/a", true), ("# x", "# x", true), ("# x", "x", false), (" a", "a", false),
        ("a\n\nb\r\nc", "c", true), ("*\n!keep.txt", "x/keep.txt", false), ("*\n!keep.txt", "x/other", true),
        ("*\n!keep.txt\nkeep*", "keep.txt", true), ("!.env", ".env", false), ("!.env", ".envrc", true),
        ("!a/.b/*", "a/.b/c", false), ("!*", "a/.b", false), ("!", "a", false),
    ])
    func `a rule matches the whole path or its last part, and the last rule that matches decides`(
        _ rules: String, _ path: String, _ isIgnored: Bool
    ) {
        #expect(IgnoreRules(rules).ignore(path) == isIgnored)
    }

    /// What is pruned is never looked into, so a wrong yes would lose files.
    @Test func `a directory that is pruned holds no file that is wanted`() {
        var random = Xorshift(state: 0xA11CE)
        let letters = Array("ab*?/.![]-")
        func word(_ letters: [Character], _ longest: Int) -> String {
            String(
                (0..<Int.random(in: 1...longest, using: &random)).map { _ in
                    letters.randomElement(using: &random) ?? "a"
                })
        }
        var pruned = 0
        for _ in 0..<20_000 {
            let rules = IgnoreRules(
                (0..<Int.random(in: 0...3, using: &random)).map { _ in word(letters, 5) }.joined(separator: "\n"))
            let directory = [word(["a", "b", "."], 2), word(["a", "b"], 2)].prefix(
                Int.random(in: 1...2, using: &random)
            )
            .joined(separator: "/")
            guard rules.ignoreEverything(below: directory) else { continue }
            pruned += 1
            for _ in 0..<5 {
                let path = "\(directory)/\(word(["a", "b", "/", "x"], 4))"
                #expect(rules.ignore(path), "rules \(rules.text.debugDescription) prune \(directory) and want \(path)")
            }
        }
        #expect(pruned > 1_000)
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
