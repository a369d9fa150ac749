internal import Model

/// What a mirror is filled from, and where it lies.
struct GitSupply: Sendable {
    let remote: GitRemote
    let folder: MirrorFolder
    let clock: any Clock<Duration>
    /// What is followed. The commit is kept under a pin of its own.
    let ref: RefSelection
    /// Set when every file is wanted, to the size that they may have: what changed since the last sync then comes in one
    /// request, with its content. Otherwise only the trees tell which content is wanted.
    var sizeLimitOfAll: Int64?
    /// Is told of the mirror; nil for a source that is not kept.
    let use: MirrorUse?

    /// Every fetch leaves a pack. With more than this a fresh shallow mirror is cheaper than looking through them.
    static let mostPacks = 50
}

extension GitReader {
    /// Waits for the mirror, brings what was found into it, and holds it until ``close()``.
    func openMirror(_ found: ResolvedRef) async throws {
        guard let supply else { preconditionFailure("only a reader with a supply has a mirror") }
        lock = try await FileLock.acquire(supply.folder.lock, clock: supply.clock)
        supply.use?.note(supply.folder)
        supply.folder.sweep()
        commit = found.commit
        tag = found.tag
        do {
            try await bring(found.commit, supply.folder)
        } catch {
            guard Self.mayBeBroken(error), try await !rebuildOnce() else { throw error }
        }
        try await healing { reader in
            _ = try reader.opened().commit(found.commit)
            try reader.opened().pin(found.commit, as: supply.ref.pin)
        }
    }

    private func bring(_ id: ObjectID, _ folder: MirrorFolder) async throws {
        if folder.packCount > GitSupply.mostPacks { return try await rebuild() }
        objects = try openOrCreate(folder)
        let known = try pinned()
        guard try !known.contains(id) || !hasTag() else { return }
        try await fetchCommit(known: known, into: folder.packs)
        try opened().refresh()
        // A pack that was cut short keeps its whole successor out, for both have the same name.
        if try !opened().contains(id) || !hasTag() { try await rebuild() }
    }

    private func hasTag() throws -> Bool { try tag.map { try opened().contains($0) } ?? true }

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
    func rebuild() async throws { try await changing { try await $0.buildAnew() } }

    private func buildAnew() async throws {
        guard let supply, let commit else { return }
        let folder = supply.folder
        folder.sweep()
        let fresh = try GitObjects(creatingAt: folder.fresh)
        try await fetchCommit(known: [], into: folder.fresh + "/objects/pack")
        try fresh.refresh()
        guard fresh.contains(commit) else {
            throw GitFailure(.malformed, "cannot use what the git server sent: commit \(commit) is not in it")
        }
        let missing = announced.filter { !fresh.contains($0) }
        if !missing.isEmpty, try await supply.remote.canFetchObjects() {
            try await supply.remote.fetch(.objects(Array(missing)), into: folder.fresh + "/objects/pack").commit()
        }
        try fresh.pin(commit, as: supply.ref.pin)
        // libgit2 knows a pack by its path for as long as anything has it open: the old one has to go first.
        objects = nil
        try folder.adoptFresh()
        objects = try GitObjects(at: folder.repository)
    }

    /// The commits that are here.
    private func pinned() throws -> [ObjectID] {
        let objects = try opened()
        // A pin that leads to no commit must not be told to the server, which would refuse the whole request.
        return try objects.pins().filter { objects.hasCommit($0) }
    }

    private func fetchCommit(known: [ObjectID], into packs: String) async throws {
        guard let supply, let commit else { return }
        let id = tag ?? commit
        if try await fetchChanges(id, since: known, into: packs) { return }
        do {
            try await supply.remote.fetch(.commit(id, known: known), into: packs).commit()
        } catch {
            // Asked for a ref that it has just named, a server complains of itself; asked for an id, of the id.
            guard case .commit = supply.ref, error.error.cause == .unavailable, error.retry == .never else {
                throw error
            }
            throw supply.ref.missing(at: supply.remote.transport.shown)
        }
    }

    /// Brings what changed since the known commits, content included if all of that is wanted.
    ///
    /// Without an earlier sync of this ref that could be everything, which comes in batches instead: the memory for a pack
    /// grows with the number of its objects.
    /// - Returns: false when nothing was brought.
    private func fetchChanges(_ id: ObjectID, since known: [ObjectID], into packs: String) async throws -> Bool {
        guard let supply, !known.isEmpty else { return false }
        let last = try opened().pinned(as: supply.ref.pin)
        let limit = last.map(known.contains) == true ? supply.sizeLimitOfAll : nil
        do {
            try await supply.remote.fetch(.changes(id, since: known, blobsUpTo: limit), into: packs).commit()
            return true
        } catch {
            // A server may refuse a filter by size and no other. And what it sends may lean on a blob of a known commit
            // that was never wanted, so is not here.
            guard [.unavailable, .malformed].contains(error.error.cause), error.retry == .never else { throw error }
            return false
        }
    }

    /// - Returns: true when it had been rebuilt before, so that doing it again is of no use.
    private func rebuildOnce() async throws -> Bool {
        if isRebuilt { return true }
        // Several reads may find the mirror broken at once; a task of its own is what they can all wait for.
        let task = rebuilding ?? Task { try await rebuild() }
        rebuilding = task
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
        isRebuilt = true
        return false
    }

    private func openOrCreate(_ folder: MirrorFolder) throws -> GitObjects {
        do {
            guard folder.isComplete else { throw BackendError(.local, "\(folder.path) is incomplete") }
            return try GitObjects(at: folder.repository)
        } catch {
            if (error as? Libgit2Error)?.shortage != nil { throw error }
            // Not there yet, or so broken that it cannot be opened.
            folder.removeRepository()
            // What is made now is not broken: should something be missing in it, the server did not send it.
            isRebuilt = true
            return try GitObjects(creatingAt: folder.repository)
        }
    }

    private static func mayBeBroken(_ error: any Error) -> Bool {
        if let error = error as? Libgit2Error { return error.shortage == nil }
        return error is GitTree.Malformed || (error as? BackendError)?.cause == .malformed
    }
}
