internal import Model

/// Lists the files below a tree page by page, holding only the folders between the root and where it is.
struct TreeWalk {
    private struct Level {
        var tree: GitTree
        /// Ends in `/`, or is empty.
        let prefix: String
        /// The name of the file that was listed last, to tell the next one of that name.
        var lastFile: ArraySlice<UInt8> = []
    }

    /// A tree that claims more than this is built to exhaust whoever reads it.
    static let mostEntries = 20_000_000

    private let selection: FileSelection
    private var levels: [Level] = []
    /// A folder that has been named, but not read yet.
    private var pending: (id: ObjectID, prefix: String)?
    private var entryCount = 0
    private var page = RemotePage()

    init(_ root: ObjectID, _ selection: FileSelection) {
        self.selection = selection
        pending = (root, "")
    }

    /// The next files in path order, or nil after the last.
    ///
    /// - Parameter load: reads a tree. When it throws, the walk stays where it is and may be continued.
    /// - Throws: `GitTree.Malformed`; a `BackendError` when there is no end to it; and what `load` throws.
    mutating func nextPage(_ load: (ObjectID) throws -> GitTree) throws -> RemotePage? {
        while page.files.count + page.problems.count < RemotePage.longest {
            if let folder = pending {
                levels.append(Level(tree: try load(folder.id), prefix: folder.prefix))
                pending = nil
            }
            guard let level = levels.indices.last else { break }
            guard let entry = try next(in: level) else {
                levels.removeLast()
                continue
            }
            if entry.kind != .folder, !entry.name.isEmpty {
                if entry.name == levels[level].lastFile {
                    reportDuplicate(Array(levels[level].prefix.utf8) + entry.name)
                    continue
                }
                levels[level].lastFile = entry.name
            }
            take(entry, below: levels[level].prefix)
        }
        defer { page = RemotePage() }
        return page.files.isEmpty && page.problems.isEmpty ? nil : page
    }

    private mutating func next(in level: Int) throws -> GitTree.Entry? {
        entryCount += 1
        guard entryCount <= Self.mostEntries else {
            throw BackendError(.malformed, "cannot list the commit's files: it claims more than \(Self.mostEntries)")
        }
        return try levels[level].tree.next()
    }

    private mutating func take(_ entry: GitTree.Entry, below prefix: String) {
        guard let name = String(validating: entry.name, as: UTF8.self) else {
            return report(Array(prefix.utf8) + entry.name, PathFault.notUTF8)
        }
        let string = prefix + name
        if entry.kind == .folder, selection.prunes(string) { return }
        let path: RelativePath
        do {
            // A slash in a name would put the file into another folder than the one it is in.
            if name.utf8.contains(UInt8(ascii: "/")) { throw PathFault.emptyComponent }
            path = try RelativePath(string)
        } catch {
            return report(Array(string.utf8), error)
        }
        if entry.kind == .folder {
            pending = (entry.id, string + "/")
            return
        }
        guard selection.includes(path) else { return }
        page.files.append(
            RemoteFile(
                path: path, size: nil, fingerprint: Fingerprint(id: entry.id, mode: entry.mode),
                problem: problem(of: entry, at: path)))
    }

    private func problem(of entry: GitTree.Entry, at path: RelativePath) -> FileProblem? {
        switch entry.kind {
        case .file, .folder: nil
        case .symbolicLink: FileProblem(path: path, kind: .symbolicLink, reason: "a symbolic link")
        case .submodule: FileProblem(path: path, kind: .submodule, reason: "a submodule at commit \(entry.id)")
        case .unknown: FileProblem(path: path, kind: .specialFile, reason: "an entry of unknown kind")
        }
    }

    private mutating func reportDuplicate(_ name: [UInt8]) {
        page.problems.append(
            FileProblem(
                name: EscapedName(bytes: name), kind: .duplicate,
                reason: "its folder has more than one file of this name; the first one counts"))
    }

    private mutating func report(_ name: [UInt8], _ fault: any Error) {
        let reason = (fault as? PathFault)?.rawValue ?? "\(fault)"
        page.problems.append(FileProblem(name: EscapedName(bytes: name), kind: .illegalPath, reason: reason))
    }
}

/// git's: the blob's id, then the mode.
extension Fingerprint {
    init(id: ObjectID, mode: UInt16) {
        self.init(bytes: id.bytes + [UInt8(mode >> 8), UInt8(truncatingIfNeeded: mode)])
    }

    /// The blob's id; nil when another kind of backend made it.
    var blobID: ObjectID? { ObjectID(bytes: bytes.prefix(ObjectID.sizeInBytes)) }
}
