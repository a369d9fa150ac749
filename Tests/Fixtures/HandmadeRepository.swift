internal import Foundation

/// A bare git repository whose objects are made byte by byte, so that it can hold what git itself would refuse.
package struct HandmadeRepository: Sendable {
    /// One entry of a tree, just as it is written.
    package struct Entry: Sendable {
        package let mode: String
        package let name: [UInt8]
        /// 40 hexadecimal digits.
        package let id: String

        package init(_ mode: String, _ name: [UInt8], _ id: String) {
            self.mode = mode
            self.name = name
            self.id = id
        }

        package init(_ mode: String, _ name: String, _ id: String) { self.init(mode, Array(name.utf8), id) }

        /// A folder sorts as if its name ended in `/`.
        var sortKey: [UInt8] { mode == "40000" ? name + [UInt8(ascii: "/")] : name }

        var bytes: [UInt8] {
            let digits = Array(id.utf8)
            let pairs = stride(from: 0, to: digits.count, by: 2).map { digits[$0..<$0 + 2] }
            let id = pairs.compactMap { UInt8(String(decoding: $0, as: UTF8.self), radix: 16) }
            return Array("\(mode) ".utf8) + name + [0] + id
        }
    }

    package let path: String

    package init(at path: String) throws {
        self.path = path
        try Command.run(["git", "init", "-q", "--bare", "-b", "main", path])
        try Command.run(["git", "-C", path, "config", "uploadpack.allowFilter", "true"])
    }

    /// Keeps an object of any content.
    ///
    /// - Returns: its id.
    package func object(_ type: String, _ content: [UInt8]) throws -> String {
        let id = try Command.run(
            ["git", "-C", path, "hash-object", "-t", type, "-w", "--literally", "--stdin"], input: content)
        return String(decoding: id, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    package func blob(_ text: String) throws -> String { try object("blob", Array(text.utf8)) }

    /// Keeps a tree of these entries in this order.
    package func tree(_ entries: [Entry]) throws -> String { try object("tree", entries.flatMap(\.bytes)) }

    /// Keeps a tree in git's order with these files, in folders.
    package func tree(of files: [String: String]) throws -> String {
        try tree(of: try files.map { (path: Array($0.key.utf8), id: try blob($0.value)) }, whole: [])
    }

    /// Keeps a tree in git's order with a file of each path, in folders.
    ///
    /// - Parameter whole: paths that are the name of one entry, slash and all.
    package func tree(of paths: [[UInt8]], whole: [[UInt8]] = [], content: String) throws -> String {
        let blob = try blob(content)
        return try tree(of: paths.map { (path: $0, id: blob) }, whole: whole)
    }

    private func tree(of files: [(path: [UInt8], id: String)], whole: [[UInt8]]) throws -> String {
        var folders: [[UInt8]: [(path: [UInt8], id: String)]] = [:]
        var entries: [Entry] = []
        for file in files {
            if let slash = file.path.firstIndex(of: UInt8(ascii: "/")), !whole.contains(file.path) {
                folders[Array(file.path[..<slash]), default: []].append((Array(file.path[(slash + 1)...]), file.id))
            } else {
                entries.append(Entry("100644", file.path, file.id))
            }
        }
        for (name, files) in folders { entries.append(Entry("40000", name, try tree(of: files, whole: []))) }
        return try tree(entries.sorted { $0.sortKey.lexicographicallyPrecedes($1.sortKey) })
    }

    /// Makes a tree the branch's only commit.
    package func commit(
        _ tree: String, by person: String = "Ada <ada@example.net> 1772600767 +0000", message: String = "by hand\n"
    ) throws {
        let commit = try object(
            "commit", Array("tree \(tree)\nauthor \(person)\ncommitter \(person)\n\n\(message)".utf8))
        try Command.run(["git", "-C", path, "update-ref", "refs/heads/main", commit])
    }
}
