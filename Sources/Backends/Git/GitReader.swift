private import CGit2
internal import Model

/// Reads one commit of one repository, on a lane of its own; what a mirror lacks it fetches.
///
/// A mirror that turns out to be broken is built anew, once, without its user noticing more than the time it takes.
actor GitReader {
    nonisolated private let lane = Lane("git")
    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    /// Where missing objects come from; nil for a repository on this machine's disk.
    let supply: GitSupply?
    var objects: GitObjects?
    var lock: FileLock?
    /// The commit that is read.
    var commit: ObjectID?
    /// What led to it, if that is an annotated tag.
    var tag: ObjectID?
    /// Blobs that are being read or will be soon: a mirror that is built anew gets them back.
    var announced: Set<ObjectID> { latest.union(former) }
    private var latest: Set<ObjectID> = []
    private var former: Set<ObjectID> = []
    /// Blobs that the server was asked for, and did not send: asking again would bring the same pack again.
    private var undelivered: Set<ObjectID> = []
    var rebuilding: Task<Void, any Error>?
    /// The last of what puts packs into the mirror, or another mirror in its place: one after the other.
    private var lastChange: Task<Void, any Error>?
    var isRebuilt = false
    /// The folder that is the root of the listing; nil for the commit's own.
    let subPath: RelativePath?
    var walk: TreeWalk?
    /// What the commit says about its submodules, once it was asked.
    var knownModules: GitModules?

    init(supply: GitSupply?, subPath: RelativePath? = nil) {
        self.supply = supply
        self.subPath = subPath
    }

    /// Opens the repository at `path` in place.
    ///
    /// - Parameters:
    ///   - checksNames: see ``GitObjects/checksNames``.
    ///   - check: whether what was opened may be read; before anything of it is.
    func open(
        _ path: String, _ ref: RefSelection, checksNames: Bool, check: LocalRepositoryCheck
    ) throws -> ResolvedRef {
        let objects = try Self.repository(at: path)
        try check.run(opened: objects.folders)
        objects.checksNames = checksNames
        let found = try objects.resolve(ref, at: path)
        self.objects = objects
        commit = found.commit
        tag = found.tag
        return found
    }

    /// Makes the listing start at a commit that is here.
    func begin(_ found: ResolvedRef, _ selection: FileSelection, at place: String) async throws -> RevisionDetails {
        let (details, root) = try await healing { reader in
            let (details, tree) = try reader.opened().commit(found.commit)
            return (details, try reader.root(below: tree, at: place))
        }
        walk = TreeWalk(root, try await obeyingIgnoreFile(selection, below: root, at: place))
        return details.named(found.name)
    }

    /// Makes sure that these blobs are here. May be called while those of the call before are read.
    func prefetch(_ ids: [ObjectID]) async throws {
        former = latest
        latest = Set(ids)
        try await obtain(latest)
    }

    private func obtain(_ ids: Set<ObjectID>) async throws {
        guard let supply, try !missing(ids).isEmpty else { return }
        if try await supply.remote.canFetchObjects() {
            // Opened anew, before there is a pack to be taken in: libgit2 keeps up to 16 MiB of delta bases for each pack
            // that was read, and most of them will not be read again.
            try await healing { reader in
                reader.objects = nil
                reader.objects = try GitObjects(at: supply.folder.repository)
            }
            try await changing { reader in
                // Somebody else may have brought them meanwhile.
                let missing = try reader.missing(ids)
                guard !missing.isEmpty else { return }
                try await supply.remote.fetch(.objects(missing), into: supply.folder.packs).commit()
            }
            try await healing { try $0.opened().refresh() }
        } else {
            // This server gives whole commits only, and a whole commit has them.
            try await rebuild()
        }
        undelivered.formUnion(try missing(ids))
    }

    /// Runs `change` when no other change to the mirror is under way. Not from within one.
    func changing(_ change: @escaping @Sendable (isolated GitReader) async throws -> Void) async throws {
        let former = lastChange
        let task = Task {
            _ = await former?.result
            try Task.checkCancellation()
            try await change(self)
        }
        lastChange = task
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// The size of a blob; fetches it if it is not here.
    func size(of id: ObjectID) async throws -> Int64 {
        if supply != nil, !undelivered.contains(id), try !opened().contains(id) {
            try await obtain(announced.contains(id) ? announced : [id])
        }
        return try await healing { try $0.opened().size(of: id) }
    }

    /// Hands a blob's content to `sink` in pieces; `check` sees all of it before.
    func read(
        _ id: ObjectID, check: @Sendable (UnsafeRawBufferPointer) throws -> Void, into sink: ContentSink
    ) async throws {
        let content = try await healing { try $0.opened().load(id) }
        guard content.isBlob else {
            throw Libgit2Error(
                code: GIT_EINVALID.rawValue, doing: "read object \(id)", message: "it is no file's content")
        }
        try content.withBytes { bytes in
            try check(bytes)
            var rest = bytes[...]
            while !rest.isEmpty {
                try Task.checkCancellation()
                try sink(UnsafeRawBufferPointer(rebasing: rest.prefix(Self.longestPiece)))
                rest = rest.dropFirst(Self.longestPiece)
            }
        }
    }

    /// Those of these blobs, which are here, that are git LFS pointers.
    func pointers(among ids: [ObjectID]) async throws -> [LargeFilePointer] {
        try await healing { reader in
            let objects = try reader.opened()
            return try ids.compactMap { id in
                // A repository on disk may lack some; whoever reads them says so.
                guard objects.contains(id), try objects.size(of: id) < LargeFilePointer.sizeLimit else { return nil }
                let reading = try objects.load(id).withBytes { LargeFilePointer.read($0) }
                return if case .pointer(let pointer) = reading { pointer } else { nil }
            }
        }
    }

    /// The repository's own folder.
    func folder() throws -> String { try opened().folder }

    func close() {
        rebuilding?.cancel()
        walk = nil
        objects = nil
        lock = nil
    }

    private func missing(_ ids: Set<ObjectID>) throws -> [ObjectID] {
        let objects = try opened()
        // Nobody else adds packs while this holds the mirror's lock.
        return ids.filter { !undelivered.contains($0) && !objects.containsAlready($0) }
    }

    func opened() throws(BackendError) -> GitObjects {
        guard let objects else { throw BackendError(.local, "cannot read from a git snapshot that is closed") }
        return objects
    }

    static func repository(at path: String) throws(BackendError) -> GitObjects {
        do {
            return try GitObjects(at: path)
        } catch {
            guard error.isNotFound else { throw error.backendError }
            throw BackendError(
                .notFound, "cannot open \"\(path)\": there is no git repository",
                advice: "check the path: a work tree or a bare repository, not a folder inside one")
        }
    }

    func tree(_ id: ObjectID) throws -> GitTree {
        let objects = try opened()
        let size = try objects.size(of: id)
        guard size <= Self.largestTree else {
            throw BackendError(
                .malformed, "cannot list the commit's files: a folder of it has \(size) bytes of entries",
                advice: "split that folder, or choose another one with `sub_path`")
        }
        return try objects.load(id).withBytes { GitTree($0) }
    }

    /// The port's longest piece.
    private static let longestPiece = 1 << 20
    /// Some five million entries in one folder.
    private static let largestTree: Int64 = 256 << 20
}
