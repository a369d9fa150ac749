import Model
import Testing

@Suite struct FileSelectionTests {
    @Test(arguments: [
        ([], "a/b.md", true), (["*.yaml"], "a/b.yaml", true), (["*.yaml"], "a/b.md", false),
        (["a/*"], "a/b/c.md", true),
        (["a/*"], "b/a/c", false), (["README"], "x/README", true), (["README"], "README.md", false),
        (["a/*", "*.j2"], "x/y.j2", true), (["a/b"], "a/b", true), (["a/b"], "a/b/c", false), (["A/*"], "a/b", false),
        // What is included is still left out by the dot rule and the rules after it.
        ([".ci/*"], ".ci/x", false), (["*"], "a/.b/c", false),
    ])
    func `a file must match a pattern, if there are any`(_ lines: [String], _ path: String, _ isIncluded: Bool) throws {
        let selection = FileSelection(includes: IncludePatterns(lines))
        #expect(selection.includes(try RelativePath(path)) == isIncluded)
    }

    @Test func `rules apply to what is included`() throws {
        let selection = FileSelection(rules: IgnoreRules("*.md\n!.ci/*"), includes: IncludePatterns(["a/*", ".ci/*"]))
        let wanted = ["a/b", ".ci/x"]
        for path in wanted + ["a/b.md", "c", ".cd/x", "c.md"] {
            #expect(selection.includes(try RelativePath(path)) == wanted.contains(path), "\(path)")
        }
    }

    @Test(arguments: [
        (["net/conf/*"], "net", false), (["net/conf/*"], "net/conf", false), (["net/conf/*"], "net/conf/x", false),
        (["net/conf/*"], "other", true), (["net/conf/*"], "net/config", true), (["net/conf/*"], "ne", true),
        (["net/conf"], "net", false), (["net/conf"], "net/conf", true), (["net/conf/"], "net/conf", true),
        (["*.yaml"], "any", false), (["README"], "any", false), (["net/*", "*.yaml"], "other", false),
        (["net/*", "lab/*"], "other", true), (["net/*", "lab/*"], "lab", false), (["n?t/conf"], "nit", false),
        (["n?t/conf"], "lab", true), (["é/x*"], "é", false), (["é/x*"], "e", true), ([], "any", false),
        (["[a]/x"], "b", false), (["a*/x"], "ab/c", false),
    ])
    func `a directory that holds nothing to include is not entered`(
        _ lines: [String], _ directory: String, _ isPruned: Bool
    ) {
        #expect(FileSelection(includes: IncludePatterns(lines)).prunes(directory) == isPruned)
    }

    /// What is pruned is never looked into, so a wrong yes would lose files.
    @Test func `a directory that is pruned holds no file that is wanted`() throws {
        var random = Xorshift(state: 0xB0B)
        func word(_ letters: String, _ longest: Int) -> String {
            String(
                (0..<Int.random(in: 1...longest, using: &random)).map { _ in
                    letters.randomElement(using: &random) ?? "a"
                })
        }
        func lines(_ letters: String) -> [String] {
            (0..<Int.random(in: 0...2, using: &random)).map { _ in word(letters, 5) }
        }
        var pruned = 0
        for _ in 0..<20_000 {
            let (includes, rules, file) = (lines("ab*?/[]-"), lines("ab*?/.!"), lines("ab*?/.!#"))
            let selection = FileSelection(
                rules: IgnoreRules(rules.joined(separator: "\n")), includes: IncludePatterns(includes)
            ).obeying(try IgnoreFile(Array(file.joined(separator: "\n").utf8)))
            let directory = [word("ab.", 2), word("ab", 2)].prefix(Int.random(in: 1...2, using: &random)).joined(
                separator: "/")
            guard selection.prunes(directory) else { continue }
            pruned += 1
            for _ in 0..<5 {
                let path = "\(directory)/\(word("ab/x", 4))"
                #expect(!selection.includes(path), "\(includes) \(rules) \(file) prune \(directory) and want \(path)")
            }
        }
        #expect(pruned > 1_000)
    }
}

@Suite struct IgnoreFileTests {
    @Test(arguments: [
        ("*.md", "", "a.md", false), ("*.md", "", "a.txt", true), ("", "", "a", true),
        ("# a\n\n  \nb", "", "# a", true),
        ("# a\n\n  \nb", "", "b", false), ("a\r\nb\r\n", "", "b", false), ("\u{FEFF}a", "", "a", false),
        ("\u{FEFF}# x\na", "", "a", false), (" a", "", "a", true), ("[#]a", "", "#a", false),
        // Its own lines it may take back, nobody else's.
        ("*\n!keep", "", "x/keep", true), ("*\n!keep", "", "other", false), ("!.env", "", ".env", false),
        ("!*", "", "a/.b/c", false), ("!*", "*.md", "a.md", false), ("*.md\n!*", "*.md", "a.md", false),
        // The source's rules come after it, and may.
        ("*.md", "!keep.md", "keep.md", true), ("*.md", "!keep.md", "other.md", false),
        (".env", "!.env", ".env", true), ("!secret", "*\n!a*", "ab", true), ("!secret", "*\n!a*", "secret", false),
    ])
    func `what the file leaves out only the source's rules take back`(
        _ file: String, _ rules: String, _ path: String, _ isIncluded: Bool
    ) throws {
        let selection = FileSelection(rules: IgnoreRules(rules)).obeying(try IgnoreFile(Array(file.utf8)))
        #expect(selection.includes(try RelativePath(path)) == isIncluded)
    }

    @Test func `a file that cannot be taken as a whole is refused`() throws {
        let rules = Array(repeating: "a", count: IgnoreFile.mostRules).joined(separator: "\n# no rule\n\n")
        #expect(throws: Never.self) { try IgnoreFile(Array(rules.utf8)) }
        #expect(throws: IgnoreFile.Fault.tooManyRules(1_001)) { try IgnoreFile(Array("\(rules)\nb".utf8)) }
        #expect(throws: IgnoreFile.Fault.notUTF8) { try IgnoreFile([0x61, 0xFF]) }
        let longest = Array(repeating: UInt8(ascii: "a"), count: IgnoreFile.longestInBytes)
        #expect(throws: Never.self) { try IgnoreFile(longest) }
        #expect(throws: IgnoreFile.Fault.tooLong(65_537)) { try IgnoreFile(longest + [0x61]) }
    }
}
