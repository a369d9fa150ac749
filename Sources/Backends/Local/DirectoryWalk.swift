private import Glibc
internal import Model

/// Goes through a tree in the byte order of its paths, as far as it is asked to.
///
/// Holds one directory's entries for each level that it is in, and one descriptor while it reads a directory.
actor DirectoryWalk {
    private let root: LocalRoot
    private let selection: FileSelection
    private let now: @Sendable () -> Timestamp
    private let lane = Lane("local listing")
    private var levels: [Level] = []
    private var hasBegun = false

    private struct Level {
        /// Empty, or ending in `/`.
        let path: [UInt8]
        let directory: Directory
        let readAt: Timestamp
        var next = 0
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    init(_ root: LocalRoot, _ selection: FileSelection, now: @escaping @Sendable () -> Timestamp) {
        self.root = root
        self.selection = selection
        self.now = now
    }

    /// The next files; nil at the end.
    ///
    /// A directory that may not be entered is a problem of its own, below which what is known stays.
    /// - Throws: ``BackendError`` when a directory cannot be read for another reason: leaving out what is in it would look
    ///   like removing it.
    func nextPage() throws -> RemotePage? {
        if !hasBegun {
            hasBegun = true
            try enter([])
        }
        var page = RemotePage()
        while page.files.count < RemotePage.longest, page.problems.count < RemotePage.longest,
            let level = levels.indices.last
        {
            guard levels[level].next < levels[level].directory.entries.count else {
                levels.removeLast()
                continue
            }
            try Task.checkCancellation()
            levels[level].next += 1
            try visit(levels[level].directory.entries[levels[level].next - 1], in: levels[level], &page)
        }
        guard page.files.isEmpty, page.problems.isEmpty else { return page }
        try root.checkExistence()
        return nil
    }

    func end() {
        hasBegun = true
        levels = []
    }

    private func visit(_ entry: Directory.Entry, in level: Level, _ page: inout RemotePage) throws {
        let bytes = level.path + level.directory.name(of: entry)
        let isDirectory = bytes.last == UInt8(ascii: "/")
        let named = isDirectory ? bytes.dropLast() : bytes[...]
        if let text = String(validating: named, as: UTF8.self) {
            guard isDirectory || entry.isClosed ? !selection.prunes(text) : selection.includes(text) else { return }
        }
        let path: RelativePath
        do throws(PathFault) {
            path = try RelativePath(bytes: named)
        } catch {
            let problem = FileProblem(name: EscapedName(bytes: bytes), kind: .illegalPath, reason: error.rawValue)
            return page.problems.append(problem)
        }
        if isDirectory { return try enter(bytes) }
        page.files.append(file(at: path, entry, in: level))
    }

    private func file(at path: RelativePath, _ entry: Directory.Entry, in level: Level) -> RemoteFile {
        switch entry.status {
        case .failure(let error):
            let problem = FileProblem(path: path, kind: .unreadable, reason: error.clause)
            return RemoteFile(path: path, size: nil, fingerprint: Fingerprint(bytes: []), problem: problem)
        case .success where entry.isClosed:
            let problem = FileProblem(
                path: path, kind: .unreadable,
                reason: "a folder that the user who syncs may not list; what is known of it stays")
            return RemoteFile(
                path: path, size: nil, fingerprint: Fingerprint(bytes: []), problem: problem, hidesFolder: true)
        case .success(let status):
            let problem: FileProblem?
            if status.kind == .symbolicLink {
                let target = level.directory.target(of: entry).map { " to \"\($0)\"" } ?? ""
                problem = FileProblem(path: path, kind: .symbolicLink, reason: "a symbolic link\(target)")
            } else if let clause = status.clause {
                problem = FileProblem(path: path, kind: .specialFile, reason: clause)
            } else {
                problem = selection.problem(ofSize: status.sizeInBytes, at: path)
            }
            return RemoteFile(
                path: path, size: status.sizeInBytes, fingerprint: status.fingerprint,
                isUncertain: status.isYoung(at: level.readAt), problem: problem)
        }
    }

    /// Goes into a directory, unless it has gone meanwhile.
    private func enter(_ path: [UInt8]) throws(BackendError) {
        let readAt = now()
        do throws(SystemError) {
            levels.append(Level(path: path, directory: try Directory(of: root.directory(path)), readAt: readAt))
        } catch {
            // Another kind of entry at its place, a link for example, is none of its files either.
            if !path.isEmpty, [ENOENT, ENOTDIR, ELOOP].contains(error.code) { return }
            let name = EscapedName(bytes: path)
            let isForbidden = error.code == EACCES
            throw BackendError(
                isForbidden ? .credentials : .local,
                "cannot list the folder \"\(name)\" in \"\(EscapedName(root.path))\": \(error.clause)",
                advice: isForbidden
                    ? "let the user that syncs read it, or ignore it with the rule \"\(name)*\""
                    : error.shortage?.advice,
                retry: .later)
        }
    }
}
