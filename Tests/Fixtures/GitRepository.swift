internal import Foundation

/// A git repository with a work tree, made and changed by the git command.
package struct GitRepository: Sendable {
    /// The work tree.
    package let path: String

    /// Makes an empty repository at `path`, its branch `main`.
    package init(at path: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try git("init", "-q", "-b", "main")
        let configuration = try FileHandle(forWritingTo: URL(fileURLWithPath: path + "/.git/config"))
        try configuration.seekToEnd()
        try configuration.write(
            contentsOf: Data(
                """
                [user]
                name = Ada
                email = ada@example.net
                [gc]
                auto = 0
                [uploadpack]
                allowFilter = true

                """.utf8))
        try configuration.close()
    }

    package init(at path: String, @RepositoryBuilder _ steps: () -> [RepositoryStep]) throws {
        try self.init(at: path)
        for step in steps() { try step.take(self) }
    }

    /// Runs git in the work tree with no configuration but the repository's own, and gives what it wrote.
    @discardableResult
    package func git(_ arguments: String...) throws -> String { try run(arguments) }

    @discardableResult
    package func run(_ arguments: [String], input: String = "") throws -> String {
        let environment = [
            "HOME": path, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_DATE": "2026-03-04T05:06:07Z", "GIT_COMMITTER_DATE": "2026-03-04T05:06:07Z",
        ]
        let output = try Command.run(
            ["git", "-C", path] + arguments, environment: environment, input: Array(input.utf8))
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    package var head: String {
        get throws { try git("rev-parse", "HEAD") }
    }

    package func write(_ name: String, _ content: some Sequence<UInt8>) throws {
        let file = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content).write(to: file)
    }

    package func write(_ name: String, _ content: String) throws { try write(name, content.utf8) }

    /// - Returns: the new commit's id.
    @discardableResult
    package func commit(_ files: [String: String], message: String = "change") throws -> String {
        for (name, content) in files { try write(name, content) }
        try git("add", "-A")
        try git("commit", "-q", "--allow-empty", "-m", message)
        return try head
    }

    /// Commits `count` files of one line each in one go, without a work tree of them.
    package func importFiles(_ count: Int, folder: String = "files", content: (Int) -> String) throws {
        var stream = "commit refs/heads/main\ncommitter Ada <ada@example.net> 1772600767 +0000\ndata 6\nimport\n"
        if let head = try? head { stream += "from \(head)\n" }  // A new repository has none, and needs none.
        for number in 0..<count {
            let text = content(number)
            stream += "M 100644 inline \(folder)/\(number % 100)/\(number).yaml\n"
            stream += "data \(text.utf8.count)\n\(text)\n"
        }
        try run(["fast-import", "--quiet", "--force"], input: stream + "\n")
        try git("reset", "-q", "--hard")
    }
}

/// One step in a repository's history.
package struct RepositoryStep {
    let take: (GitRepository) throws -> Void
}

package func commit(_ name: String, _ content: String, message: String = "change") -> RepositoryStep {
    RepositoryStep { try $0.commit([name: content], message: message) }
}

package func commit(_ files: [String: String], message: String = "change") -> RepositoryStep {
    RepositoryStep { try $0.commit(files, message: message) }
}

package func git(_ arguments: String...) -> RepositoryStep {
    RepositoryStep { try $0.run(arguments) }
}

@resultBuilder
package enum RepositoryBuilder {
    package static func buildBlock(_ steps: RepositoryStep...) -> [RepositoryStep] { steps }
}
