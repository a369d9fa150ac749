import Fixtures
import Model
import Stages
import Testing

@Suite struct MergeTests {
    /// What a merge said about each path.
    private struct Verdicts: Equatable {
        var added: Set<String> = []
        var candidates: Set<String> = []
        var removed: Set<String> = []
        var problems: Set<String> = []
        var unchanged = 0
        /// Paths in the order in which the merge came to them.
        var order: [String] = []
    }

    @Test(arguments: 0..<200) func `agrees with comparing two dictionaries, whatever the pages`(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let (remote, known) = Self.listings(&random)
        let verdicts = try Self.run(remote: remote, known: known, &random)

        var expected = Verdicts()
        let knownByPath = Dictionary(uniqueKeysWithValues: known.map { ($0.path, $0) })
        let remoteByPath = Dictionary(uniqueKeysWithValues: remote.map { ($0.path, $0) })
        for file in remote {
            if file.problem != nil {
                expected.problems.insert(file.path.string)
            } else if let row = knownByPath[file.path] {
                if row.fingerprint == file.fingerprint, !row.isUncertain {
                    expected.unchanged += 1
                } else {
                    expected.candidates.insert(file.path.string)
                }
            } else {
                expected.added.insert(file.path.string)
            }
        }
        expected.removed = Set(known.filter { remoteByPath[$0.path] == nil }.map(\.path.string))
        #expect(verdicts.added == expected.added)
        #expect(verdicts.candidates == expected.candidates)
        #expect(verdicts.removed == expected.removed)
        #expect(verdicts.problems == expected.problems)
        #expect(verdicts.unchanged == expected.unchanged)
        #expect(verdicts.order == verdicts.order.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    @Test func `the same listing twice changes nothing`() throws {
        var random = SeededRandom(seed: 7)
        let (remote, _) = Self.listings(&random)
        let files = remote.filter { $0.problem == nil }
        let verdicts = try Self.run(remote: files, known: files.map { Self.known($0) }, &random)
        #expect(verdicts.unchanged == files.count)
        #expect(verdicts.order.isEmpty)
    }

    @Test(arguments: [["b", "a"], ["a", "a"], ["a/b", "a.txt"], ["é", "e\u{301}", "é"]])
    func `a listing out of order is refused`(_ paths: [String]) throws {
        var merge = Merge()
        let files = try paths.map { try Self.file($0, fingerprint: 1) }
        #expect(throws: Merge.OrderFault.self) { try merge.add(remote: files) }
    }

    @Test func `order is checked across pages`() throws {
        var merge = Merge()
        try merge.add(remote: [Self.file("m", fingerprint: 1)])
        let before = try Self.file("a", fingerprint: 1)
        #expect(throws: Merge.OrderFault(path: try RelativePath("a"), previous: try RelativePath("m"))) {
            try merge.add(remote: [before])
        }
    }

    @Test func `two Unicode forms of one name are two files`() throws {
        var random = SeededRandom(seed: 1)
        let remote = [try Self.file("e\u{301}", fingerprint: 1), try Self.file("\u{E9}", fingerprint: 2)]
        let verdicts = try Self.run(remote: remote, known: [Self.known(remote[0])], &random)
        #expect(verdicts.unchanged == 1)
        #expect(verdicts.order.map { Array($0.utf8) } == [Array("\u{E9}".utf8)])
    }

    @Test func `an uncertain file is looked at again although its fingerprint is equal`() throws {
        var random = SeededRandom(seed: 1)
        let file = try Self.file("young", fingerprint: 1)
        let row = KnownFile(
            path: file.path, digest: Digest(sha256: []), size: 0, fingerprint: file.fingerprint, isUncertain: true)
        #expect(try Self.run(remote: [file], known: [row], &random).candidates == ["young"])
    }

    @Test func `what is known below a folder that could not be listed stays, and nothing else`() throws {
        var random = SeededRandom(seed: 1)
        let path = try RelativePath("sub")
        let hidden = RemoteFile(
            path: path, size: nil, fingerprint: Fingerprint(bytes: [1]),
            problem: FileProblem(path: path, kind: .unreadable, reason: "not there"), hidesFolder: true)
        let known = try ["a", "sub", "sub-x", "sub.txt", "sub/a", "sub/b/c", "sub0", "z/sub/a"].map {
            Self.known(try Self.file($0, fingerprint: 1))
        }
        let verdicts = try Self.run(remote: [hidden], known: known, &random)
        #expect(verdicts.removed == ["a", "sub-x", "sub.txt", "sub0", "z/sub/a"])
        #expect(verdicts.problems == ["sub"])
        #expect(verdicts.unchanged == 2)
    }

    /// Comparing each with each would take minutes.
    @Test(.timeLimit(.minutes(1))) func `many folders that could not be listed cost no more than a few`() throws {
        let count = 50_000
        let folders = try (0..<count).map { index in
            let path = try RelativePath("hidden/\(100_000 + index)")
            return RemoteFile(
                path: path, size: nil, fingerprint: Fingerprint(bytes: [1]),
                problem: FileProblem(path: path, kind: .unreadable, reason: "not there"), hidesFolder: true)
        }
        let known = try (0..<count).map { index in
            Self.known(try Self.file("hidden/\(100_000 + index * 2)/a/b", fingerprint: 1))
        }
        var pages = (remote: [folders, nil], known: [known, []])
        var merge = Merge()
        var (kept, removed) = (0, 0)
        loop: while true {
            switch merge.next() {
            case .needsRemotePage: try merge.add(remote: pages.remote.removeFirst())
            case .needsKnownPage: merge.add(known: pages.known.removeFirst())
            case .unchanged: kept += 1
            case .removed: removed += 1
            case .finished: break loop
            default: break
            }
        }
        #expect(kept == count / 2 && removed == count / 2)
    }

    // MARK: Listings

    /// Two overlapping listings in path order, over a small alphabet that makes neighbours and prefixes likely.
    private static func listings(_ random: inout SeededRandom) -> ([RemoteFile], [KnownFile]) {
        var paths: Set<RelativePath> = []
        for _ in 0..<Int.random(in: 0...60, using: &random) {
            let length = Int.random(in: 1...6, using: &random)
            let text = String((0..<length).map { _ in "ab./é-".randomElement(using: &random) ?? "a" })
            if let path = try? RelativePath(text) { paths.insert(path) }  // Half of what chance makes is not legal.
        }
        var remote: [RemoteFile] = []
        var known: [KnownFile] = []
        for path in paths.sorted() {
            let fingerprint = UInt8.random(in: 0...1, using: &random)
            let isProblem = Int.random(in: 0..<10, using: &random) == 0
            let problem = isProblem ? FileProblem(path: path, kind: .symbolicLink, reason: "a link") : nil
            let file = RemoteFile(path: path, size: 1, fingerprint: Fingerprint(bytes: [fingerprint]), problem: problem)
            if Bool.random(using: &random) { remote.append(file) }
            let row = KnownFile(
                path: path, digest: Digest(sha256: []), size: 1,
                fingerprint: Fingerprint(bytes: [UInt8.random(in: 0...1, using: &random)]),
                isUncertain: Int.random(in: 0..<5, using: &random) == 0)
            if Bool.random(using: &random) { known.append(row) }
        }
        return (remote, known)
    }

    private static func file(_ path: String, fingerprint: UInt8) throws -> RemoteFile {
        RemoteFile(path: try RelativePath(path), size: 1, fingerprint: Fingerprint(bytes: [fingerprint]))
    }

    private static func known(_ file: RemoteFile) -> KnownFile {
        KnownFile(
            path: file.path, digest: Digest(sha256: []), size: 1, fingerprint: file.fingerprint, isUncertain: false)
    }

    /// Drives a merge to its end with pages of random lengths.
    private static func run(
        remote: [RemoteFile], known: [KnownFile], _ random: inout SeededRandom
    ) throws -> Verdicts {
        var merge = Merge()
        var verdicts = Verdicts()
        var rest = remote[...]
        while true {
            switch merge.next() {
            case .needsRemotePage:
                let page = Array(rest.prefix(Int.random(in: 1...7, using: &random)))
                rest = rest.dropFirst(page.count)
                try merge.add(remote: page.isEmpty ? nil : page)
            case .needsKnownPage(let last):
                let after = known.filter { row in last.map { $0 < row.path } ?? true }
                merge.add(known: Array(after.prefix(Int.random(in: 1...7, using: &random))))
            case .added(let file):
                verdicts.added.insert(file.path.string)
                verdicts.order.append(file.path.string)
            case .candidate(let file, _):
                verdicts.candidates.insert(file.path.string)
                verdicts.order.append(file.path.string)
            case .removed(let row):
                verdicts.removed.insert(row.path.string)
                verdicts.order.append(row.path.string)
            case .problem(let problem): verdicts.problems.insert(problem.name.description)
            case .unchanged: verdicts.unchanged += 1
            case .finished: return verdicts
            }
        }
    }
}
