import Fixtures
import Foundation
import Model
import Testing

/// Trees of files that were made to do harm: their forms, their depth and their size.
///
/// `SLUICE_HOSTILE_FILES=100000` sets how many files are in one directory, and `SLUICE_HOSTILE_SPARSE=4096` how many
/// MiB of nothing a file has that is read whole; without them, few enough for every run of the tests.
struct HostileTreesTests {
    private static func number(_ variable: String, otherwise: Int) -> Int {
        ProcessInfo.processInfo.environment[variable].flatMap { Int($0) } ?? otherwise
    }

    private func disk() throws -> Program {
        let program = try Program()
        try program.sluice("source", "add", "it", "--type", "local", "--url", program.root.path)
        return program
    }

    @Test(.timeLimit(.minutes(2))) func `a name that is far too long is told without a look at the rules`() throws {
        let program = try Program()
        let repository = try HandmadeRepository(at: program.root.path(of: "core.git"))
        let rules = (0..<1_000).map { "*" + String(repeating: "a", count: 60) + "\($0)" }.joined(separator: "\n")
        let long = String(repeating: "a", count: 1 << 20)
        let file = try repository.blob("1")
        let folder = try repository.tree([HandmadeRepository.Entry("100644", "f", file)])
        try repository.commit(
            repository.tree([
                HandmadeRepository.Entry("100644", ".sluiceignore", repository.blob(rules)),
                HandmadeRepository.Entry("40000", long, folder), HandmadeRepository.Entry("100644", "z", file),
            ]))
        try program.sluice("source", "add", "it", "--type", "git", "--url", repository.path)
        let result = try program.sluice("sync", "it")
        #expect(result.status == 0 && result.output.contains("longer than 1,000 characters"))
        #expect(try program.paths() == ["z"])
    }

    /// What git's own check would refuse, each tree in the place of one that was fine.
    struct TreeCase: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let outcome: Outcome
        let entries: @Sendable (_ blob: String, _ folder: String) -> [HandmadeRepository.Entry]

        enum Outcome: Sendable {
            /// These files are there, and one problem says this; the exit code is 3 when the next sync looks again.
            case lost([String], String, exitCode: Int32 = 0)
            /// Nothing changes, and the error says this.
            case refused(String)
        }

        private typealias Entry = HandmadeRepository.Entry
        private static let nowhere = String(repeating: "7", count: 40)

        static let table: [TreeCase] = [
            TreeCase("an entry without a name", .lost(["a", "z"], ": the path is empty")) { blob, _ in
                [Entry("100644", "", blob), Entry("100644", "a", blob), Entry("100644", "z", blob)]
            },
            TreeCase("two files of one name", .lost(["a", "z"], "a: its folder has more than one file")) { blob, _ in
                [Entry("100644", "a", blob), Entry("100644", "a", blob), Entry("100644", "z", blob)]
            },
            TreeCase("a file that is a folder's object", .lost(["a", "z"], "m: ", exitCode: 3)) { blob, folder in
                [Entry("100644", "a", blob), Entry("100644", "m", folder), Entry("100644", "z", blob)]
            },
            TreeCase("a file whose content is missing", .lost(["a", "z"], "m: ", exitCode: 3)) { blob, _ in
                [Entry("100644", "a", blob), Entry("100644", "m", nowhere), Entry("100644", "z", blob)]
            },
            TreeCase("an entry of no known kind", .lost(["a", "z"], "m: an entry of unknown kind")) { blob, _ in
                [Entry("100644", "a", blob), Entry("130000", "m", blob), Entry("100644", "z", blob)]
            },
            // Leaving out what is in a folder that cannot be read would look like removing it.
            TreeCase("a folder that is missing", .refused("object not found")) { blob, _ in
                [Entry("100644", "a", blob), Entry("40000", "m", nowhere), Entry("100644", "z", blob)]
            },
            TreeCase("a folder that is a file's object", .refused("\"m/\" is no tree")) { blob, _ in
                [Entry("100644", "a", blob), Entry("40000", "m", blob), Entry("100644", "z", blob)]
            },
            TreeCase("an order that is not git's", .lost(["a", "a-b", "a.b", "z"], "a: its folder has more")) {
                blob, _ in
                ["z", "a.b", "a", "a-b", "a"].map { Entry("100644", $0, blob) }
            },
            TreeCase("two folders of one name", .refused("out of order")) { blob, folder in
                [Entry("100644", "a", blob), Entry("40000", "m", folder), Entry("40000", "m", folder)]
            },
            TreeCase("a mode that is no number", .refused("its root is no tree")) { blob, _ in
                [Entry("1006x4", "a", blob), Entry("100644", "z", blob)]
            },
        ]

        private init(
            _ description: String, _ outcome: Outcome,
            _ entries: @escaping @Sendable (String, String) -> [HandmadeRepository.Entry]
        ) {
            testDescription = description
            self.outcome = outcome
            self.entries = entries
        }
    }

    @Test(arguments: TreeCase.table) func `a tree that git would refuse has its stated outcome`(_ tree: TreeCase) throws
    {
        let folder = try TemporaryFolder()
        let repository = try HandmadeRepository(at: folder.path(of: "repository"))
        try repository.commit(repository.tree(of: [Array("a".utf8), Array("z".utf8)], content: "before"))
        let program = try Program()
        try program.sluice("source", "add", "it", "--type", "git", "--url", repository.path)
        #expect(try program.sluice("sync", "it").status == 0)
        let inner = try repository.tree(of: [Array("f".utf8)], content: "inner")
        try repository.commit(repository.tree(tree.entries(repository.blob("harm"), inner)))
        let result = try program.sluice("sync", "it")
        switch tree.outcome {
        case .lost(let paths, let problem, let exitCode):
            #expect(result.status == exitCode, "\(result.talk)")
            #expect(try program.paths() == paths)
            let problems = try program.problems()
            #expect(problems.count == 1 && problems[0].hasPrefix(problem), "\(problems)")
            for path in paths { #expect(try program.sluice("file", "cat", "it", path).output == "harm") }
        case .refused(let reason):
            #expect(result.status == 1)
            #expect(result.talk.contains("\"it\"") && result.talk.contains(reason), "\(result.talk)")
            #expect(try program.paths() == ["a", "z"])
            #expect(try program.sluice("file", "cat", "it", "a").output == "before")
        }
        try repository.commit(repository.tree(of: [Array("a".utf8), Array("z".utf8)], content: "after"))
        #expect(try program.sluice("sync", "it").status == 0)
        #expect(try program.sluice("file", "cat", "it", "a").output == "after")
        #expect(try program.problems().isEmpty)
    }

    @Test(arguments: [HostileNamesTests.Remote.disk, .git, .bucket])
    func `a file becomes a folder and a file again, and names change their case`(
        _ remote: HostileNamesTests.Remote
    ) async throws {
        let states: [[String: String]] = [
            ["x": "file", "README": "one", "stay": "s"],
            ["x/y": "below", "x/z/w": "further", "Readme": "one", "stay": "s"],
            ["x": "file again", "readme": "two", "README": "one", "stay": "s"],
            ["x.d": "beside", "x/y": "below", "x0": "after", "README": "three", "stay": "s"],
        ]
        let place = try await MovingPlace(remote)
        for state in states {
            try place.hold(state)
            let result = try place.program.sluice("sync", "it")
            #expect(result.status == 0, "\(result.talk)")
            let paths = try place.program.paths()
            #expect(paths == state.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
            for (path, content) in state {
                #expect(try place.program.sluice("file", "cat", "it", path).output == content)
            }
            #expect(try place.program.problems().isEmpty)
        }
        for (index, state) in states.enumerated() {
            let listing = try place.program.sluice("file", "list", "it", "--at", "\(index + 1)", "--format", "json")
            #expect(try Set(strings("path", of: listing.json())) == Set(state.keys))
        }
    }

    @Test func `two thousand levels of folders cost a problem`() throws {
        let program = try disk()
        try program.root.write("a.txt", "before")
        try program.root.write("z.txt", "behind")
        var folder = open(program.root.path, O_RDONLY | O_DIRECTORY)
        for _ in 0..<2_000 {
            #expect(mkdirat(folder, "d", 0o755) == 0)
            let next = openat(folder, "d", O_RDONLY | O_DIRECTORY)
            close(folder)
            folder = next
        }
        close(openat(folder, "bottom", O_CREAT | O_WRONLY, 0o644))
        close(folder)
        // Foundation does not get to the bottom of it either.
        defer { _ = try? Command.run(["rm", "-rf", program.root.path(of: "d")]) }
        try expectOneProblem(program, ["a.txt", "z.txt"])
    }

    @Test func `two thousand levels of a commit's trees cost a problem`() throws {
        let folder = try TemporaryFolder()
        let repository = try GitRepository(at: folder.path(of: "work"))
        let path = String(repeating: "d/", count: 2_000)
        try repository.run(
            ["fast-import", "--quiet"],
            input: """
                commit refs/heads/main
                committer Ada <ada@example.net> 1772600767 +0000
                data 4
                deep
                M 100644 inline a.txt
                data 1
                a
                M 100644 inline \(path)bottom
                data 1
                b
                M 100644 inline z.txt
                data 1
                z

                """)
        let program = try Program()
        try program.sluice("source", "add", "it", "--type", "git", "--url", repository.path)
        try expectOneProblem(program, ["a.txt", "z.txt"])
    }

    /// A tree `levels` deep whose folders are all the same: `width` to the power of `levels` files of one content.
    private static func repeated(_ repository: HandmadeRepository, levels: Int, width: Int) throws {
        var mode = "100644"
        var id = try repository.blob("same")
        for _ in 0..<levels {
            id = try repository.tree((0..<width).map { .init(mode, width > 10 ? "f\($0 + 100)" : "\($0)", id) })
            mode = "40000"
        }
        try repository.commit(id)
    }

    @Test func `ten trees that name ten thousand million files are refused, and a part of them is not`() throws {
        let folder = try TemporaryFolder()
        let repository = try HandmadeRepository(at: folder.path(of: "repository"))
        try Self.repeated(repository, levels: 10, width: 10)
        let program = try Program()
        try program.sluice("source", "add", "it", "--type", "git", "--url", repository.path)
        let run = try program.measure("sync", "it")
        #expect(run.result.status == 1)
        #expect(run.result.talk.contains("the same folders are in it again and again"), "\(run.result.talk)")
        #expect(run.result.talk.contains("-> choose a folder with `sub_path`"), "\(run.result.talk)")
        #expect(run.peakMiB < 160, "\(run.peakMiB) MiB")
        #expect(try program.paths().isEmpty)
        // What rules leave out is not counted.
        let rules = (1...9).map { "\($0)/*" }.joined(separator: "\n")
        try program.sluice("source", "edit", "it", "--set", "sub_path=0/1/2/3/4/5/6", "--ignore", rules)
        let part = try program.sluice("sync", "it")
        #expect(part.status == 0, "\(part.talk)")
        #expect(try program.paths().count == 100)
    }

    @Test func `many copies of one folder are listed, each`() throws {
        let folder = try TemporaryFolder()
        let repository = try HandmadeRepository(at: folder.path(of: "repository"))
        try Self.repeated(repository, levels: 3, width: 25)
        let program = try Program()
        try program.sluice("source", "add", "it", "--type", "git", "--url", repository.path)
        let result = try program.sluice("sync", "it")
        #expect(result.status == 0, "\(result.talk)")
        let count = try program.sluice("source", "show", "it", "--format", "json").json()["file_count"]
        #expect(count == .integer(25 * 25 * 25))
    }

    private func expectOneProblem(_ program: Program, _ paths: [String]) throws {
        let run = try program.measure("sync", "it")
        #expect(run.result.status == 0, "\(run.result.talk)")
        #expect(run.peakMiB < 160 && run.time < .seconds(20), "\(run.peakMiB) MiB, \(run.time)")
        #expect(try program.paths() == paths)
        let problems = try program.problems()
        #expect(problems.count == 1)
        #expect(problems.first?.hasSuffix("the path is longer than 1,000 characters") == true)
        #expect((problems.first?.count ?? 0) < 400)
    }

    @Test func `a directory of very many files costs no more memory than its names`() throws {
        let count = Self.number("SLUICE_HOSTILE_FILES", otherwise: 12_000)
        let program = try disk()
        let folder = open(try program.root.folder("many"), O_RDONLY | O_DIRECTORY)
        defer { close(folder) }
        for index in 0..<count { close(openat(folder, "\(index).yaml", O_CREAT | O_WRONLY, 0o644)) }
        let first = try program.measure("sync", "it")
        #expect(first.result.status == 0, "\(first.result.talk)")
        #expect(first.peakMiB < 128, "\(first.peakMiB) MiB")
        #expect(try program.sluice("source", "show", "it", "--format", "json").json()["file_count"] == .integer(count))
        let second = try program.measure("sync", "it")
        #expect(second.result.status == 0)
        #expect(second.peakMiB < 128, "\(second.peakMiB) MiB")
    }

    @Test func `a file of nothing and a file of very much nothing`() throws {
        let mebibytes = Self.number("SLUICE_HOSTILE_SPARSE", otherwise: 96)
        let program = try disk()
        try program.root.write("a", "")
        let sparse = open(program.root.path(of: "sparse"), O_CREAT | O_WRONLY, 0o644)
        #expect(ftruncate(sparse, 4 << 30) == 0)
        try program.root.write("z", "behind")
        // Over the limit: told by its size, and not opened.
        let refused = try program.measure("sync", "it")
        #expect(refused.result.status == 0)
        #expect(refused.time < .seconds(10) && refused.peakMiB < 128, "\(refused.peakMiB) MiB, \(refused.time)")
        #expect(try program.paths() == ["a", "z"])
        #expect(try program.problems() == ["sparse: 4294967296 bytes are over the limit of 16777216 bytes"])
        // Within it: read piece by piece.
        #expect(ftruncate(sparse, off_t(mebibytes) << 20) == 0)
        close(sparse)
        try program.sluice("source", "edit", "it", "--set", "size_limit=8GiB")
        let taken = try program.measure("sync", "it")
        #expect(taken.result.status == 0, "\(taken.result.talk)")
        #expect(taken.peakMiB < 128, "\(taken.peakMiB) MiB")
        let shown = try program.measure("file", "cat", "it", "sparse")
        #expect(shown.result.output.utf8.count == mebibytes << 20)
        #expect(shown.peakMiB < 96, "\(shown.peakMiB) MiB")
    }
}

/// A remote of each kind whose whole content is given at each step.
private final class MovingPlace {
    let program: Program
    private let move: ([String: String]) throws -> Void

    init(_ remote: HostileNamesTests.Remote) async throws {
        let program = try Program()
        self.program = program
        switch remote {
        case .disk:
            let root = program.root
            try program.sluice("source", "add", "it", "--type", "local", "--url", root.path)
            move = { files in
                for name in try FileManager.default.contentsOfDirectory(atPath: root.path) { try root.remove(name) }
                for (path, content) in files { try root.write(path, content) }
            }
        case .git, .server:
            let folder = try TemporaryFolder()
            let repository = try HandmadeRepository(at: folder.path(of: "repository"))
            try program.sluice("source", "add", "it", "--type", "git", "--url", repository.path)
            move = { [folder] files in
                try withExtendedLifetime(folder) { try repository.commit(repository.tree(of: files)) }
            }
        case .bucket:
            let radosgw = try await Radosgw.shared()
            let bucket = try S3Bucket(on: radosgw)
            try program.sluice(
                "source", "add", "it", "--type", "amazon-s3", "--url", bucket.url, "--set",
                "aws_access_key_id=\(radosgw.accessKey)", "--set", "aws_secret_access_key=\(radosgw.secretKey)")
            move = { files in try bucket.hold(files.mapValues { Array($0.utf8) }) }
        }
    }

    func hold(_ files: [String: String]) throws { try move(files) }
}
