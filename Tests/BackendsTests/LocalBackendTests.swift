import Backends
import Fixtures
import Foundation
import Model
import Testing

@Suite struct LocalBackendTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `paths come in byte order across directories`() async throws {
        let paths = ["B", "a-b", "a.txt", "a/b", "a/b.c/d", "a/b/c", "a0", "é", "z/z/z/z"].filter { $0 != "a/b" }
        for path in paths { try folder.write(path, path) }
        let snapshot = try await snapshot()
        let files = try await snapshot.drain().files
        #expect(files.map(\.path.string) == paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        for file in files { #expect(try await snapshot.content(of: file) == Array(file.path.string.utf8)) }
    }

    @Test func `a directory of many files comes in pages`() async throws {
        for number in 0..<1_500 { try folder.write("many/\(number)", "") }
        let snapshot = try await snapshot()
        #expect(try await snapshot.nextPage()?.files.count == 1_000)
        #expect(try await snapshot.nextPage()?.files.count == 500)
        #expect(try await snapshot.nextPage() == nil)
        #expect(try await snapshot.nextPage() == nil)
    }

    @Test(arguments: LocalChange.allCases)
    func `a change that keeps size and mtime still moves the fingerprint`(_ change: LocalChange) async throws {
        try folder.write("file", "one")
        let before = try await snapshot().drain().files[0]
        let again = try await snapshot().drain().files[0]
        #expect(before.fingerprint == again.fingerprint)
        try change.make(in: folder)
        let after = try await snapshot().drain().files[0]
        #expect(before.size == after.size)
        #expect(before.fingerprint != after.fingerprint)
    }

    @Test func `a file written within two seconds of the listing is uncertain, an older one is not`() async throws {
        try folder.write("file", "x")
        let written = try #require(
            try FileManager.default.attributesOfItem(atPath: folder.path(of: "file"))[.modificationDate] as? Date)
        let second = Int64(written.timeIntervalSince1970)
        for (offset, isUncertain) in [(-5, true), (0, true), (2, true), (3, false), (100, false)] as [(Int64, Bool)] {
            let file = try await snapshot(now: { Timestamp(seconds: second + offset) }).drain().files[0]
            #expect(file.isUncertain == isUncertain, "\(offset) s later")
        }
    }

    @Test func `what is no regular file is a problem and is never opened`() async throws {
        let outside = try TemporaryFolder()
        try outside.write("secret", "planted")
        try folder.write("plain", "x")
        try folder.link("inside", to: "plain")
        try folder.link("outside", to: outside.path(of: "secret"))
        try folder.link("tree", to: outside.path)
        try folder.link("dangling", to: "nowhere")
        #expect(mkfifo(folder.path(of: "fifo"), 0o644) == 0)
        let files = try await snapshot().drain().files
        #expect(files.map(\.path.string) == ["dangling", "fifo", "inside", "outside", "plain", "tree"])
        #expect(
            files.map(\.problem?.kind) == [
                .symbolicLink, .specialFile, .symbolicLink, .symbolicLink, nil, .symbolicLink,
            ])
        #expect(files[0].problem?.reason == "a symbolic link to \"nowhere\"")
        #expect(files[1].problem?.reason == "a FIFO")
    }

    @Test(arguments: LocalSwap.allCases)
    func `a file that is swapped between listing and reading is noticed`(_ swap: LocalSwap) async throws {
        let outside = try TemporaryFolder()
        try outside.write("file", "planted")
        try folder.write("sub/file", "content")
        let snapshot = try await snapshot()
        let file = try await snapshot.drain().files[0]
        try swap.make(in: folder, outside)
        let problem = try await #require(throws: FileProblem.self) { try await snapshot.content(of: file) }
        #expect(problem.kind == .vanished)
        #expect(problem.name.description == "sub/file")
    }

    @Test func `a directory that becomes a link while it is listed is not entered`() async throws {
        let outside = try TemporaryFolder()
        try outside.write("planted", "planted")
        for number in 0..<1_000 { try folder.write("a/\(number)", "") }
        try folder.write("b/file", "")
        let snapshot = try await snapshot()
        _ = try await snapshot.nextPage()
        try folder.remove("b")
        try folder.link("b", to: outside.path)
        #expect(try await snapshot.nextPage() == nil)
    }

    @Test func `a name that is no legal path is a problem of its own`() async throws {
        try folder.write("ok", "")
        try folder.write("tab\there/below", "")
        try folder.write("line\nbreak", "")
        let latin = folder.path + "/caf\u{1}".dropLast()
        #expect(open(latin.utf8CString.dropLast() + [CChar(bitPattern: 0xE9), 0], O_CREAT | O_WRONLY, 0o644) >= 0)
        let page = try await snapshot().drain()
        #expect(page.files.map(\.path.string) == ["ok"])
        #expect(Set(page.problems.map(\.name.description)) == ["caf\\xe9", "line\\x0abreak", "tab\\x09here/"])
        #expect(page.problems.allSatisfy { $0.kind == .illegalPath })
    }

    @Test func `dot-directories and ignored directories are not entered`() async throws {
        try folder.write(".git/objects/x", "")
        try folder.write("sub/.hidden/x", "")
        try folder.write("build/x", "")
        try folder.write("kept/x", "")
        let page = try await snapshot(FileSelection(rules: IgnoreRules("build/*"))).drain()
        #expect(page.files.map(\.path.string) == ["kept/x"])
        #expect(page.problems.isEmpty)
    }

    @Test func `a tree deeper than any legal path is a problem, not a crash`() async throws {
        var path = folder.path
        for _ in 0..<600 {
            path += "/d"
            try #require(mkdir(path, 0o755) == 0)
        }
        try folder.write("ok", "")
        let page = try await snapshot().drain()
        #expect(page.files.map(\.path.string) == ["ok"])
        #expect(page.problems.map(\.kind) == [.illegalPath])
    }

    @Test func `a file that the system does not give is lost alone`() async throws {
        let rules = ["attr", "fd", "fdinfo", "map_files", "net", "ns", "task"].map { "\($0)/*" }.joined(separator: "\n")
        let snapshot = try await LocalBackend(LocalURL(SourceURL("/proc/self"))).snapshot(
            FileSelection(rules: IgnoreRules(rules)))
        let memory = try #require(try await snapshot.drain().files.first { $0.path.string == "mem" })
        let problem = try await #require(throws: FileProblem.self) { try await snapshot.content(of: memory) }
        #expect(problem.kind == .unreadable)
        #expect(problem.reason == "input/output error")
    }

    @Test func `a root that is missing, removed or no folder is an error, never an empty source`() async throws {
        try folder.write("file", "")
        for (path, hint) in [("nowhere", "no such file"), ("file", "not a directory")] {
            let backend = LocalBackend(try LocalURL(SourceURL(folder.path(of: path))))
            let error = try await #require(throws: BackendError.self) { try await backend.snapshot(FileSelection()) }
            #expect(error.cause == .notFound)
            #expect(error.reason.contains(folder.path(of: path)))
            #expect(error.reason.contains(hint))
        }
        try folder.write("root/file", "")
        let snapshot = try await LocalBackend(LocalURL(SourceURL(folder.path(of: "root")))).snapshot(FileSelection())
        try folder.remove("root")
        let error = try await #require(throws: BackendError.self) { try await snapshot.nextPage() }
        #expect(error.cause == .notFound)
    }

    @Test(arguments: [
        ("/srv/a b", "/srv/a b"), ("/srv/100%#?", "/srv/100%#?"), ("file:///srv/a%20b%25", "/srv/a b%"),
        ("FILE://localhost/srv/", "/srv/"),
    ])
    func `a URL or plain path names a directory`(url: String, path: String) throws {
        #expect(try LocalURL(SourceURL(url)).path == path)
    }

    @Test(arguments: [
        ("srv/configs", "absolute"), ("file://host/srv", "another host"), ("file:///srv?x", "%3F"),
        ("file:///srv%", "%25"), ("file:///srv%ff", "UTF-8"), ("file:///srv%00", "zero byte"), ("", "absolute"),
        ("https://host/srv", "file:///path"), ("file://srv", "another host"), ("file://", "absolute"),
    ])
    func `a URL that names no directory of this machine is refused with what to write`(url: String, hint: String) throws
    {
        #expect(try #require(BackendType.local.faultInURL(SourceURL(url))).contains(hint))
    }

    private func snapshot(
        _ selection: FileSelection = FileSelection(), now: @escaping @Sendable () -> Timestamp = SystemTime.now
    ) async throws -> any Snapshot {
        try await LocalBackend(LocalURL(SourceURL(folder.path)), now: now).snapshot(selection)
    }
}

/// Ways to change `file` from `one` to `two` without moving its size or mtime.
enum LocalChange: CaseIterable {
    case writtenInPlace, replaced

    func make(in folder: TemporaryFolder) throws {
        let path = folder.path(of: "file")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        switch self {
        case .writtenInPlace:
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.write(contentsOf: Data("two".utf8))
            try file.close()
        case .replaced:
            try folder.write("new", "two")
            #expect(rename(folder.path(of: "new"), path) == 0)
        }
        let date = try #require(attributes[.modificationDate] as? Date)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }
}

/// Ways to put something else at the place of `sub/file`.
enum LocalSwap: CaseIterable {
    case removed, rewritten, grown, link, fifo, directory, parentLink

    func make(in folder: TemporaryFolder, _ outside: TemporaryFolder) throws {
        let path = folder.path(of: "sub/file")
        if self != .grown { try folder.remove("sub/file") }
        switch self {
        case .removed: break
        case .rewritten: try folder.write("sub/file", "CONTENT")
        case .grown: try folder.write("sub/file", "content and more")
        case .link: try folder.link("sub/file", to: outside.path(of: "file"))
        case .fifo: #expect(mkfifo(path, 0o644) == 0)
        case .directory: try folder.folder("sub/file")
        case .parentLink:
            try folder.remove("sub")
            try folder.link("sub", to: outside.path)
        }
    }
}
