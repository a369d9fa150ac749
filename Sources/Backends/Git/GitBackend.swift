internal import Model
private import Synchronization

/// Replicates a git repository: over smart HTTP, SSH or git's own protocol through a shallow mirror, or on this
/// machine's disk in place.
final class GitBackend: Backend {
    let place: GitPlace
    let ref: RefSelection
    let subPath: RelativePath?
    let access: GitAccess
    let policy: GitPolicy
    private let opened = Mutex<(GitRemote, MirrorFolder)?>(nil)
    /// What the last look at the remote found, for the snapshot that follows it.
    private let lastSeen = Mutex<ResolvedRef?>(nil)

    init(
        _ place: GitPlace, ref: RefSelection, subPath: RelativePath? = nil, access: GitAccess,
        policy: GitPolicy = GitPolicy()
    ) {
        self.place = place
        self.ref = ref
        self.subPath = subPath
        self.access = access
        self.policy = policy
    }

    /// Nil for a place that is not reached over SSH.
    var ssh: SSHSettings? { access.ssh }

    func currentRevision() async throws -> Revision? { try await currentNamedRevision()?.revision }

    func currentNamedRevision() async throws -> NamedRevision? {
        try await atPort {
            let found: ResolvedRef
            switch place {
            case .local(let path):
                let reader: GitReader
                (reader, found) = try await open(path)
                await reader.close()
            case .remote, .ssh, .daemon:
                found = try await remote().0.resolve(ref)
                lastSeen.withLock { [found] in $0 = found }
            }
            return NamedRevision(Revision(found.commit.hex), ref: found.name)
        }
    }

    func snapshot(_ selection: FileSelection) async throws -> any Snapshot {
        try await atPort {
            let access = access.forSnapshot
            switch place {
            case .local(let path): return try await inPlace(path, selection, access)
            case .remote, .ssh, .daemon: return try await mirrored(selection, access)
            }
        }
    }

    private func inPlace(_ path: String, _ selection: FileSelection, _ access: GitAccess) async throws -> GitSnapshot {
        let (reader, found) = try await open(path)
        do {
            try await policy.accept(found, of: reader, at: path)
            let details = try await reader.begin(found, selection, at: path)
            return try await begin(
                reader, details, selection, access, remote: nil,
                largeFiles: policy.largeFiles?.ofRepository(reader.folder(), access))
        } catch {
            await reader.close()
            throw error
        }
    }

    /// Opens a repository on this machine's disk, if it may be read: looked at before, so that nothing else is opened,
    /// and after, in case somebody exchanged it meanwhile.
    private func open(_ path: String) async throws -> (GitReader, ResolvedRef) {
        let check = LocalRepositoryCheck(path, roots: access.roots)
        try check.run()
        let reader = GitReader(supply: nil, subPath: subPath)
        do {
            let found = try await reader.open(path, ref, checksNames: policy.signatures != nil, check: check)
            try check.run()
            return (reader, found)
        } catch {
            await reader.close()
            throw error
        }
    }

    private func mirrored(_ selection: FileSelection, _ access: GitAccess) async throws -> GitSnapshot {
        let (remote, folder) = try remote()
        let seen = lastSeen.withLock { seen in
            defer { seen = nil }
            return seen
        }
        let found = if let seen { seen } else { try await remote.resolve(ref) }
        let reader = GitReader(
            supply: GitSupply(
                remote: remote, folder: folder, clock: access.patience.clock, ref: ref,
                sizeLimitOfAll: subPath == nil && selection.takesAll ? selection.sizeLimitInBytes : nil,
                use: access.use),
            subPath: subPath)
        do {
            try await reader.openMirror(found)
            try await policy.accept(found, of: reader, at: remote.transport.shown)
            let details = try await reader.begin(found, selection, at: remote.transport.shown)
            return await begin(
                reader, details, selection, access, remote: remote,
                largeFiles: policy.largeFiles?.ofRepository(place, access))
        } catch {
            await reader.close()
            throw error
        }
    }

    private func begin(
        _ reader: GitReader, _ details: RevisionDetails, _ selection: FileSelection, _ access: GitAccess,
        remote: GitRemote?, largeFiles: (any LargeFiles)?
    ) async -> GitSnapshot {
        let submodules = Submodules(of: place, access, policy, below: subPath)
        if submodules != nil { await reader.askForSubmodules() }
        return GitSnapshot(
            reader, details, selection, remote: remote, largeFiles: largeFiles, submodules: submodules, use: access.use)
    }

    func remote() throws(BackendError) -> (GitRemote, MirrorFolder) {
        if let opened = opened.withLock({ $0 }) { return opened }
        let found = try access.remote(place)
        opened.withLock { $0 = found }
        return found
    }
}
