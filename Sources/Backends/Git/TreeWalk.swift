internal import Model

/// Lists the files below a tree page by page, holding only the folders between the root and where it is.
struct TreeWalk {
    private struct Level {
        var tree: GitTree
        /// Ends in `/`, or is empty.
        let prefix: String
        /// An entry that has been read, and has to wait for a submodule before it.
        var next: GitTree.Entry?
        /// Submodules whose files come later than the submodule itself: `a`, `a-b`, `a/x`. The first one last.
        var held: [Submodule] = []
        /// The name of the file that was listed last, to tell the next one of that name.
        var lastFile: ArraySlice<UInt8> = []
        /// Whether the same tree was listed before, under another path.
        var isRepetition = false
    }

    /// A repository in the place of a folder.
    struct Submodule: Sendable, Equatable {
        let path: RelativePath
        let commit: ObjectID
    }

    /// What comes next in the listing.
    enum Step: Sendable {
        case page(RemotePage)
        /// To be answered with ``hold(_:)`` or ``report(_:of:)``.
        case asks(Submodule)
        /// Here is the place of the files of a submodule that is held.
        case reached(Submodule)
    }

    let selection: FileSelection
    /// Whether the walk stops at submodules; without that, they are problems.
    var asksForSubmodules = false
    private var levels: [Level] = []
    /// A folder that has been named, but not read yet.
    private var pending: (id: ObjectID, prefix: String)?
    private var bounds = ListingBounds()
    private var page = RemotePage()
    private var stop: Step?

    /// - Parameter prefix: what all paths begin with; it ends in `/`, or is empty.
    init(_ root: ObjectID, _ selection: FileSelection, below prefix: String = "") {
        self.selection = selection
        pending = (root, prefix)
    }

    /// The next part of the listing in path order, or nil after the last.
    ///
    /// - Parameter load: reads a tree. When it throws, the walk stays where it is and may be continued.
    /// - Throws: `GitTree.Malformed`; ``ListingBounds/Endless`` when there is no end to it; and what `load` throws.
    mutating func nextStep(_ load: (ObjectID) throws -> GitTree) throws -> Step? {
        if bounds.shouldLookAhead { try lookAhead(load) }
        while stop == nil, page.files.count + page.problems.count < RemotePage.longest {
            if let folder = pending {
                let tree = try load(folder.id)
                try bounds.checkHeld(tree.sizeInBytes, below: levels.lazy.map(\.tree.sizeInBytes))
                let isRepetition = bounds.isRepetition(folder.id)
                levels.append(Level(tree: tree, prefix: folder.prefix, isRepetition: isRepetition))
                pending = nil
            }
            guard let level = levels.indices.last else { break }
            let entry: GitTree.Entry?
            do { entry = try next(in: level) } catch is GitTree.Malformed {
                throw GitTree.Malformed(folder: levels[level].prefix)
            }
            if let held = levels[level].held.last, entry.map({ Self.comes(held, before: $0) }) ?? true {
                levels[level].held.removeLast()
                levels[level].next = entry
                stop = .reached(held)
            } else if let entry {
                if isRepeated(entry, in: level) {
                    reportDuplicate(Array(levels[level].prefix.utf8) + entry.name)
                } else {
                    take(entry, below: levels[level].prefix)
                }
            } else {
                levels.removeLast()
            }
        }
        guard page.files.isEmpty, page.problems.isEmpty else {
            defer { page = RemotePage() }
            return .page(page)
        }
        defer { stop = nil }
        return stop
    }

    /// Remembers that the files of `submodule`, which the last step asked for, are to be listed in their place.
    mutating func hold(_ submodule: Submodule) {
        guard let level = levels.indices.last else { return }
        // Mostly there is none, and never many: each begins with the one before it.
        let place = levels[level].held.firstIndex { Self.order($0, submodule) } ?? levels[level].held.endIndex
        levels[level].held.insert(submodule, at: place)
    }

    /// Lists `submodule`, which the last step asked for, as a problem that nothing below it is known of.
    mutating func report(_ problem: FileProblem, of submodule: Submodule) {
        page.files.append(
            RemoteFile(
                path: submodule.path, size: nil,
                fingerprint: Fingerprint(id: submodule.commit, mode: 0o160000), problem: problem, hidesFolder: true))
    }

    /// Whether the files of `first` come before those of `second`.
    private static func order(_ first: Submodule, _ second: Submodule) -> Bool {
        (first.path.string + "/").utf8.lexicographicallyPrecedes((second.path.string + "/").utf8)
    }

    private static func comes(_ submodule: Submodule, before entry: GitTree.Entry) -> Bool {
        var name = Array(entry.name)
        if entry.kind == .folder { name.append(UInt8(ascii: "/")) }
        return (Array(submodule.path.lastComponent.utf8) + [UInt8(ascii: "/")]).lexicographicallyPrecedes(name)
    }

    /// Whether a file has the name of the one before it.
    private mutating func isRepeated(_ entry: GitTree.Entry, in level: Int) -> Bool {
        guard entry.kind != .folder, !entry.name.isEmpty else { return false }
        defer { levels[level].lastFile = entry.name }
        return entry.name == levels[level].lastFile
    }

    private mutating func next(in level: Int) throws -> GitTree.Entry? {
        if let waiting = levels[level].next {
            levels[level].next = nil
            return waiting
        }
        try bounds.countEntry(inRepetition: levels[level].isRepetition)
        return try levels[level].tree.next()
    }

    /// Walks on to the end, as a copy, so that what has no end is refused before much of it was brought.
    private mutating func lookAhead(_ load: (ObjectID) throws -> GitTree) throws {
        bounds.hasLookedAhead = true
        var ahead = self
        ahead.asksForSubmodules = false
        do {
            while try ahead.nextStep(load) != nil, !Task.isCancelled {}
        } catch let endless as ListingBounds.Endless {
            throw endless
        } catch {
            // The walk itself will come there, in its own time.
        }
    }

    private mutating func take(_ entry: GitTree.Entry, below prefix: String) {
        guard let name = String(validating: entry.name, as: UTF8.self) else {
            return report(Array(prefix.utf8) + entry.name, PathFault.notUTF8)
        }
        let string = prefix + name
        // Before any rule is matched, which takes the longer the longer the name is.
        guard string.utf8.count <= RelativePath.longestInBytes else {
            return report(Array(string.utf8), PathFault.tooLong)
        }
        let isFollowed = entry.kind == .submodule && asksForSubmodules
        if entry.kind == .folder || isFollowed, selection.prunes(string) { return }
        let path: RelativePath
        do {
            // A slash in a name would put the file into another folder than the one it is in.
            if name.utf8.contains(UInt8(ascii: "/")) { throw PathFault.slash }
            path = try RelativePath(string)
        } catch {
            return report(Array(string.utf8), error)
        }
        if entry.kind == .folder {
            pending = (entry.id, string + "/")
            return
        }
        if isFollowed {
            stop = .asks(Submodule(path: path, commit: entry.id))
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
        case .submodule:
            FileProblem(
                path: path, kind: .submodule,
                reason: "a submodule at commit \(entry.id); set `submodules` to true to follow it")
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
        self.init(bytes: id.bytes(followedBy: [UInt8(mode >> 8), UInt8(truncatingIfNeeded: mode)]))
    }

    /// The blob's id; nil when another kind of backend made it.
    var blobID: ObjectID? { ObjectID(bytes: bytes.prefix(ObjectID.sizeInBytes)) }
}
