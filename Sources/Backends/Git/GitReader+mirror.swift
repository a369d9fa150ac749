internal import Model

/// What a mirror is filled from, and where it lies.
struct GitSupply: Sendable {
    let remote: GitRemote
    let folder: MirrorFolder
    let clock: any Clock<Duration>
    /// The name of the pin under which the commit is kept: one for each ref that sources follow.
    let pin: String

    /// Every fetch leaves a pack. With more than this a fresh shallow mirror is cheaper than looking through them.
    static let mostPacks = 50
}

extension GitReader {
    /// Waits for the mirror, brings `id` into it, and holds it until ``close()``.
    func openMirror(_ id: ObjectID, _ selection: FileSelection) async throws -> RevisionDetails {
        guard let supply else { preconditionFailure("only a reader with a supply has a mirror") }
        lock = try await FileLock.acquire(supply.folder.lock, clock: supply.clock)
        supply.folder.sweep()
        commit = id
        if supply.folder.packCount > GitSupply.mostPacks {
            try await rebuild()
        } else {
            let objects = try openOrCreate(supply.folder)
            self.objects = objects
            let known = try objects.pins()
            if !known.contains(id) || !objects.contains(id) {
                try await supply.remote.fetch(.commit(id, known: known), into: supply.folder.packs)
                try objects.refresh()
            }
        }
        let details = try await healing { try $0.begin(id, selection) }
        try opened().pin(id, as: supply.pin)
        return details
    }

    /// Runs `body`; if the mirror proves broken, builds it anew and runs `body` again.
    func healing<Value>(_ body: (isolated GitReader) throws -> Value) async throws -> Value {
        do {
            return try body(self)
        } catch {
            guard supply != nil, Self.mayBeBroken(error), try await !rebuildOnce() else { throw error }
            return try body(self)
        }
    }

    /// Builds a fresh shallow mirror beside the old one and puts it in its place.
    func rebuild() async throws {
        guard let supply, let commit else { return }
        let folder = supply.folder
        folder.sweep()
        let fresh = try GitObjects(creatingAt: folder.fresh)
        try await supply.remote.fetch(.commit(commit, known: []), into: folder.fresh + "/objects/pack")
        try fresh.refresh()
        let missing = Set(announced).filter { !fresh.contains($0) }
        if !missing.isEmpty, try await supply.remote.canFetchObjects() {
            try await supply.remote.fetch(.objects(Array(missing)), into: folder.fresh + "/objects/pack")
        }
        try fresh.pin(commit, as: supply.pin)
        try folder.adoptFresh()
        objects = try GitObjects(at: folder.repository)
    }

    /// - Returns: true when it had been rebuilt before, so that doing it again is of no use.
    private func rebuildOnce() async throws -> Bool {
        if isRebuilt { return true }
        // Several reads may find the mirror broken at once; a task of its own is what they can all wait for.
        let task = rebuilding ?? Task { try await rebuild() }
        rebuilding = task
        try await withTaskCancellationHandler { try await task.value } onCancel: { task.cancel() }
        isRebuilt = true
        return false
    }

    private func openOrCreate(_ folder: MirrorFolder) throws -> GitObjects {
        do {
            return try GitObjects(at: folder.repository)
        } catch {
            // Not there yet, or so broken that it cannot be opened.
            folder.removeRepository()
            return try GitObjects(creatingAt: folder.repository)
        }
    }

    private static func mayBeBroken(_ error: any Error) -> Bool {
        error is Libgit2Error || error is GitTree.Malformed || (error as? BackendError)?.cause == .malformed
    }
}
