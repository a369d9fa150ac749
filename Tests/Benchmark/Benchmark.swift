import Fixtures
import Foundation

/// Measures the program side by side with the tools that people use today, on one tree, in one run.
///
///     swift build -c release && .build/release/sluice-bench TREE [ROUNDS]
///
/// Every round runs each command of a row once, in turn, so that both meet the same machine; a row shows medians.
@main
struct Benchmark {
    static func main() async {
        do {
            try await measure()
        } catch {
            print("sluice-bench: \(error)")
            exit(1)
        }
    }

    private static func measure() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let tree = arguments.first, FileManager.default.fileExists(atPath: tree) else {
            print("usage: sluice-bench TREE [ROUNDS]\nTREE: a folder of thousands of text files; it is only read")
            exit(2)
        }
        let rounds = arguments.dropFirst().first.flatMap { Int($0) } ?? 5
        let scene = try Scene(copyOf: tree)
        print("\(scene.files.count) files, \(scene.bytes >> 10) KiB, medians of \(rounds) rounds\n")
        print(Row.heading)
        for row in try await GitRows(scene).run(rounds) { print(row) }
        for row in try await S3Rows(scene).run(rounds) { print(row) }
        for row in try LocalRows(scene).run(rounds) { print(row) }
    }
}

/// The folder in which everything happens, with the tree in it.
struct Scene {
    let folder: TemporaryFolder
    let tree: String
    /// Relative paths, in no order.
    let files: [String]
    let bytes: Int

    init(copyOf original: String) throws {
        folder = try TemporaryFolder("sluice-bench")
        tree = folder.path(of: "tree")
        try Command.run(["cp", "-r", original, tree])
        files = String(decoding: try Command.run(["find", tree, "-type", "f", "-printf", "%P\\n"]), as: UTF8.self)
            .split(separator: "\n").map(String.init).filter { !$0.split(separator: "/").contains { $0.hasPrefix(".") } }
        var bytes = 0
        for name in files {
            let size = try FileManager.default.attributesOfItem(atPath: "\(tree)/\(name)")[.size] as? NSNumber
            bytes += size?.intValue ?? 0
        }
        self.bytes = bytes
    }

    /// One file in a hundred.
    var hundredth: [String] { stride(from: 0, to: files.count, by: 100).map { files[$0] } }

    /// Appends a line to one file in a hundred below `root`.
    func change(_ root: String, round: Int) throws {
        for name in hundredth {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(root)/\(name)"))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("# round \(round)\n".utf8))
            try handle.close()
        }
    }

    /// A new store with one data source called "it".
    func store(_ name: String, type: String, url: String, _ more: [String] = []) throws -> String {
        let store = folder.path(of: name)
        try? FileManager.default.removeItem(atPath: store)  // The first round has none to remove.
        try Command.run([Program.sluice, "source", "add", "it", "--type", type, "--url", url, "--store", store] + more)
        return store
    }

    func remove(_ name: String) throws { try Command.run(["rm", "-rf", folder.path(of: name)]) }
}
