import Model
import Testing

@Suite struct RelativePaths {
    @Test(arguments: [
        "a", "a/b.j2", "...", "..a", "a..", ".gitignore", ".github/x", "git", "a b", "ünï/x", "a\\b", "\u{E9}", "-",
        "*",
        "a:b", "\u{200B}", String(repeating: "é", count: 1_000),
    ])
    func `a legal path is kept as it is`(_ text: String) throws {
        #expect(try RelativePath(bytes: Array(text.utf8)).string.utf8.elementsEqual(text.utf8))
    }

    @Test(
        arguments: [
            ("", .empty), ("/a", .absolute), ("/", .absolute), ("a//b", .emptyComponent), ("a/", .emptyComponent),
            (".", .dotComponent), ("..", .dotComponent), ("a/../b", .dotComponent), ("a/.", .dotComponent),
            ("./a", .dotComponent), (".git", .gitComponent), ("a/.GIT/b", .gitComponent),
            (".gIt/hooks/x", .gitComponent),
            ("a\0b", .controlCharacter), ("a\nb", .controlCharacter), ("a\u{7F}", .controlCharacter),
            ("\u{1B}[31m", .controlCharacter), (String(repeating: "é", count: 1_001), .tooLong),
            (String(repeating: "a", count: 4_096), .tooLong),
        ] as [(String, PathFault)])
    func `an illegal path is refused with its fault`(_ text: String, _ fault: PathFault) {
        #expect(throws: fault) { try RelativePath(text) }
    }

    @Test(arguments: [[0x61, 0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE9]] as [[UInt8]])
    func `bytes that are no UTF-8 are refused`(_ bytes: [UInt8]) {
        #expect(throws: PathFault.notUTF8) { try RelativePath(bytes: bytes) }
    }

    @Test func `paths are ordered and told apart by bytes`() throws {
        let paths = try ["a", "a-b", "a.b", "a/b", "aé", "b", "\u{E9}", "e\u{301}", "\u{FF5E}", "\u{10000}"].map {
            try RelativePath($0)
        }
        let sorted = paths.sorted().map(\.string)
        #expect(sorted == paths.map(\.string).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
        #expect(try RelativePath("\u{E9}") != RelativePath("e\u{301}"))
        #expect(try RelativePath("a/\u{301}b/c").folders.map(\.string) == ["a/\u{301}b", "a"])
        #expect(try Array(RelativePath("a").folders).isEmpty)
        #expect(Set(paths).count == paths.count)
        #expect(try RelativePath("x/y/z.j2").lastComponent == "z.j2")
        #expect(try RelativePath("z").lastComponent == "z")
    }
}

@Suite struct EscapedNames {
    @Test(arguments: [
        ("plain name.j2", "plain name.j2"), ("ünïcode", "ünïcode"), ("a\\b", "a\\\\b"), ("\u{1B}[31m", "\\x1b[31m"),
        ("a\nb\0", "a\\x0ab\\x00"), ("\u{7F}", "\\x7f"), ("\u{9B}31m", "\\xc2\\x9b31m"),
        ("\u{202E}txt.exe", "\\xe2\\x80\\xaetxt.exe"), ("\u{2066}a\u{2069}", "\\xe2\\x81\\xa6a\\xe2\\x81\\xa9"),
        ("\u{200E}\u{61C}", "\\xe2\\x80\\x8e\\xd8\\x9c"), ("a\u{2028}b", "a\\xe2\\x80\\xa8b"),
        ("a\u{200B}b\u{200D}", "a\\xe2\\x80\\x8bb\\xe2\\x80\\x8d"), ("\u{FEFF}a", "\\xef\\xbb\\xbfa"),
        ("a\u{E0041}", "a\\xf3\\xa0\\x81\\x81"), ("a\u{AD}", "a\\xc2\\xad"), ("\u{3164}", "\\xe3\\x85\\xa4"),
        ("שלום", "שלום"), ("e\u{301}", "e\u{301}"), ("日本 ü 🚀", "日本 ü 🚀"),
    ])
    func `what could command a terminal is written out`(_ name: String, _ shown: String) {
        #expect(EscapedName(name).description == shown)
    }

    @Test func `in a text, line ends, tabs and backslashes stay, and nothing unseen does`() {
        #expect(EscapedName.unseen(in: "a\\b\tc\nd") == "a\\b\tc\nd")
        #expect(EscapedName.unseen(in: "é\u{202E}\u{1B}\r\n") == "é\\xe2\\x80\\xae\\x1b\\x0d\n")
        #expect(EscapedName.unseen(in: "\u{1B}[31mé\u{200B}", but: "\u{1B}") == "\u{1B}[31mé\\xe2\\x80\\x8b")
    }

    @Test func `bytes that are no UTF-8 are written out`() {
        #expect(EscapedName(bytes: [0x61, 0xFF, 0xC3, 0x28]).description == "a\\xff\\xc3(")
    }

    @Test func `a long name is cut, also when it is one letter with many marks`() {
        #expect(
            EscapedName(String(repeating: "a", count: 201)).description == String(repeating: "a", count: 200) + "...")
        #expect(EscapedName(String(repeating: "a", count: 200)).description.count == 200)
        let marks = EscapedName("a" + String(repeating: "\u{301}", count: 100_000)).description
        #expect(marks.unicodeScalars.count < 300)
    }
}

@Suite struct Names {
    @Test(
        arguments: [
            ("", .empty), (String(repeating: "é", count: 101), .tooLong), ("a\tb", .control), (" a", .space),
            ("a ", .space),
        ] as [(String, NameFault)])
    func `an illegal name is refused with its fault`(_ name: String, _ fault: NameFault) {
        #expect(throws: fault) { try SourceName(name) }
        #expect(throws: fault) { try ObjectName(name) }
    }

    @Test func `a legal name is kept as it is`() throws {
        #expect(try SourceName(String(repeating: "é", count: 100)).description.count == 100)
        #expect(
            try ObjectReference(.configTemplate, ObjectName("dc/leaf 1")).description == "config-template/dc/leaf 1")
        #expect(PermissionName(.sync, .configTemplate).description == "extras.sync_configtemplate")
        #expect(PermissionName(.sync, .dataSource).description == "core.sync_datasource")
    }
}

@Suite struct SourceURLs {
    @Test(arguments: [
        ("https://git.example/net.git", "https://git.example/net.git"), ("/srv/a@b", "/srv/a@b"),
        ("https://u:hunter2@git.example/net.git", "https://***@git.example/net.git"),
        ("https://hunter2@git.example", "https://***@git.example"),
        ("https://u:hunter2@x@git.example/a@b", "https://***@git.example/a@b"),
        ("HTTPS://u:hunter2@h/p?token=hunter2#f", "HTTPS://***@h/p?***"), ("https://h?hunter2", "https://h?***"),
        ("ssh://git:hunter2@h:22/p", "ssh://***@h:22/p"), ("ssh://git@h:22/p", "ssh://git@h:22/p"),
        ("git@h:net/a.git", "git@h:net/a.git"),
        ("u:hunter2@git.example/net.git", "***@git.example/net.git"),
        ("htt ps://u:hunter2@h/p", "htt ps://***@h/p"), ("://u:hunter2@h", "://***@h"),
        ("s3://bucket/prefix", "s3://bucket/prefix"), ("file:///srv/x", "file:///srv/x"),
    ])
    func `a URL is shown without its secrets`(_ raw: String, _ shown: String) {
        #expect(SourceURL(raw).shown == shown)
        #expect("\(SourceURL(raw))".contains("hunter2") == false)
        #expect(SourceURL(raw).holdsSecret == (raw != shown))
    }

    @Test(arguments: [
        ("https://u:hunter2@h/p?q@r", "https://h/p?q@r"), ("https://u:hunter2@x@h", "https://h"),
        ("https://h/a@b", "https://h/a@b"), ("/srv/a@b", "/srv/a@b"), ("git@h:net/a.git", "git@h:net/a.git"),
    ])
    func `a URL without its user-info still tells remotes apart`(_ raw: String, _ rest: String) {
        #expect(SourceURL(raw).withoutUserInfo == rest)
    }

    @Test func `a sealed URL is what may be shown of it`() {
        let url = SourceURL(sealed: SealedValue(text: "1:a:b"), shown: "https://***@h/p?***")
        #expect(url.shown == "https://***@h/p?***" && url.raw == url.shown && !url.holdsSecret)
    }

    @Test(
        arguments: [
            ("https://x", "https"), ("GIT+SSH://x", "git+ssh"), ("/srv", nil), ("git@h:x", nil), ("a b://x", nil),
            ("://x", nil),
        ] as [(String, String?)])
    func `a scheme is what stands before the mark`(_ raw: String, _ scheme: String?) {
        #expect(SourceURL(raw).scheme == scheme)
    }

    @Test func `a parameter never shows its value`() {
        #expect(ParameterValue.literal("hunter2").description == "********")
        #expect(ParameterValue.environment("TOKEN").description == "env:TOKEN")
    }
}
