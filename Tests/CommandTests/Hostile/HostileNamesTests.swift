import Fixtures
import Foundation
import Model
import Testing

/// What becomes of a name that was made to do harm: one table for the three kinds of remote.
///
/// All names of the table are in the remote together, between two ordinary files: none costs another its place.
struct HostileNamesTests {
    enum Remote: String, CaseIterable, Sendable {
        case disk, git, bucket
        /// A git server, with the same trees as `git`.
        case server

        var listed: Remote { self == .server ? .git : self }
    }

    enum Outcome: Sendable, Equatable {
        /// Replicated under just this name.
        case kept
        /// A problem with this reason.
        case problem(String)
        /// Not looked at: what a dot is in front of.
        case leftOut
    }

    struct Case: Sendable {
        let name: [UInt8]
        let outcome: Outcome
        let remotes: [Remote]

        init(_ name: String, _ outcome: Outcome, _ remotes: [Remote] = Remote.allCases) {
            self.init(Array(name.utf8), outcome, remotes)
        }

        init(_ name: [UInt8], _ outcome: Outcome, _ remotes: [Remote] = Remote.allCases) {
            self.name = name
            self.outcome = outcome
            self.remotes = remotes
        }
    }

    private static let dots = "the path has a component \".\" or \"..\""
    private static let dotGit = "the path has a component \".git\""
    private static let empty = "the path has an empty component"
    private static let slash = "the name has a slash in it"
    private static let control = "the path has a control character"
    private static let long = "the path is longer than 1,000 characters"
    private static let bytes = "the name is not UTF-8"

    static let table: [Case] = [
        Case("aaa", .kept), Case("zzz/zzz", .kept),
        Case("..", .problem(dots), [.git]), Case("../up", .problem(dots), [.bucket]), Case(".", .problem(dots), [.git]),
        Case("up/../over", .problem(dots), [.bucket]), Case("here/./there", .problem(dots), [.bucket]),
        Case(".git/hooks/x", .leftOut), Case(".GIT", .problem(dotGit), [.git]), Case("deep/.git/config", .leftOut),
        Case("...", .leftOut), Case("git~1", .kept), Case(".gitmodules", .leftOut),
        Case("/absolute", .problem(slash), [.git]), Case("/absolute", .problem("the path is absolute"), [.bucket]),
        Case("two//slashes", .problem(empty), [.bucket]),
        Case("a/slash", .problem(slash), [.git]),
        Case("bell\u{07}", .problem(control)), Case("line\nbreak", .problem(control)),
        Case("tab\there", .problem(control)), Case("erase\u{7F}", .problem(control)),
        Case("escape\u{1B}[2J", .problem(control)),
        Case("back\\slash", .kept), Case("C:\\windows", .kept), Case("CON", .kept), Case(" ", .kept),
        Case("-rf", .kept), Case("*", .kept), Case("%2e%2e", .kept), Case("a?b#c&d+e", .kept), Case("$(id)", .kept),
        Case("'; DROP TABLE content; --", .kept),
        Case([0xFF, 0xFE], .problem(bytes), [.disk, .git]), Case([0xC0, 0xAE], .problem(bytes), [.disk, .git]),
        Case([0xED, 0xA0, 0x80], .problem(bytes), [.disk, .git]),
        Case("caf\u{E9}", .kept), Case("cafe\u{301}", .kept), Case("\u{FEFF}mark", .kept),
        Case("\u{202E}txt.exe", .kept),
        Case("Case", .kept), Case("case", .kept),
        Case(String(repeating: "n", count: 255), .kept),
        Case(String(repeating: "n", count: 4_096), .problem(long), [.git]),
        Case(String(repeating: "long/", count: 203) + "x", .problem(long), [.bucket]),
        Case((0..<20).map { _ in String(repeating: "d", count: 200) }.joined(separator: "/"), .problem(long), [.disk]),
    ]

    @Test(arguments: Remote.allCases) func `every hostile name has its stated outcome`(_ remote: Remote) async throws {
        let cases = Self.table.filter { $0.remotes.contains(remote.listed) }
        let place = try await place(remote, cases.map(\.name))
        let run = try place.program.measure("sync", "it")
        #expect(run.result.status == 0, "\(run.result.talk)")
        #expect(run.peakMiB < 128)
        let kept = Set(try place.program.paths().map { Array($0.utf8) })
        let problems = try place.program.problems()
        for hostile in cases {
            let shown = EscapedName(bytes: hostile.name).description
            // A folder that cannot be entered is told as such, with what is below it.
            let problem = problems.first { $0.hasPrefix("\(shown): ") || $0.hasPrefix("\(shown.prefix(200))") }
            switch hostile.outcome {
            case .kept: #expect(kept.contains(hostile.name), "\(shown) is not there")
            case .leftOut: #expect(!kept.contains(hostile.name) && problem == nil, "\(shown): \(problem ?? "is there")")
            case .problem(let reason):
                #expect(!kept.contains(hostile.name), "\(shown) is there")
                #expect(problem?.hasSuffix(reason) == true, "\(shown): \(problem ?? "no problem")")
            }
        }
        #expect(kept.count == cases.count { $0.outcome == .kept }, "what nobody listed is there: \(kept.count)")
        for path in ["aaa", "zzz/zzz"] { #expect(try place.program.sluice("file", "cat", "it", path).output == "harm") }
        // What was refused once costs nothing the next time, and nothing was written outside of the store.
        let again = try place.program.sluice("sync", "it", "--format", "json")
        #expect(try again.json()[0]?["outcome"] == "unchanged")
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.program.folder.path) == ["store"])
    }

    /// Whether a name with a slash is one entry of a tree, not a file in a folder.
    private static func isWhole(_ name: [UInt8]) -> Bool {
        name.first == UInt8(ascii: "/") || name.elementsEqual("a/slash".utf8)
    }

    private func place(_ remote: Remote, _ names: [[UInt8]]) async throws -> (program: Program, remains: Any) {
        switch remote {
        case .disk:
            let program = try Program()
            for name in names { try makeFile(name, in: program.root.path) }
            try program.sluice("source", "add", "it", "--type", "local", "--url", program.root.path)
            return (program, ())
        case .git, .server:
            let folder = try TemporaryFolder()
            let repository = try HandmadeRepository(at: folder.path(of: "repository"))
            try repository.commit(repository.tree(of: names, whole: names.filter(Self.isWhole), content: "harm"))
            let program = try Program()
            if remote == .git {
                try program.sluice("source", "add", "it", "--type", "git", "--url", repository.path)
                return (program, folder)
            }
            let server = try GitServer()
            _ = try server.repository {
                git("fetch", "-q", "--update-head-ok", repository.path, "+main:refs/heads/main")
            }
            try program.sluice("source", "add", "it", "--type", "git", "--url", server.url())
            return (program, server)
        case .bucket:
            let radosgw = try await Radosgw.shared()
            let bucket = try S3Bucket(on: radosgw)
            let harm = Array("harm".utf8)
            var rest = names.map { String(decoding: $0, as: UTF8.self) }
            // To Swift two Unicode forms are one key of a dictionary: the second form is put on its own.
            while !rest.isEmpty {
                let batch = Dictionary(rest.map { ($0, harm) }) { first, _ in first }
                for key in batch.keys {
                    rest.remove(at: try #require(rest.firstIndex { $0.utf8.elementsEqual(key.utf8) }))
                }
                try bucket.put(batch)
            }
            let program = try Program()
            try program.sluice(
                "source", "add", "it", "--type", "amazon-s3", "--url", bucket.url, "--set",
                "aws_access_key_id=\(radosgw.accessKey)", "--set", "aws_secret_access_key=\(radosgw.secretKey)")
            return (program, bucket)
        }
    }

    /// Makes a file one folder at a time, since the whole path may be longer than the system takes.
    private func makeFile(_ name: [UInt8], in root: String) throws {
        var folder = open(root, O_RDONLY | O_DIRECTORY)
        defer { close(folder) }
        let components = name.split(separator: UInt8(ascii: "/")).map { $0.map { CChar(bitPattern: $0) } + [0] }
        for component in components.dropLast() {
            mkdirat(folder, component, 0o755)
            let next = openat(folder, component, O_RDONLY | O_DIRECTORY)
            close(folder)
            folder = next
        }
        let file = openat(folder, try #require(components.last), O_CREAT | O_WRONLY, 0o644)
        try #require(file >= 0, "cannot make \(EscapedName(bytes: name)): errno \(errno)")
        #expect(write(file, "harm", 4) == 4)
        close(file)
    }
}
