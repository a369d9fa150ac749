internal import Model
private import Synchronization

/// Replicates a git repository: over smart HTTP through a shallow mirror, or on this machine's disk in place.
final class GitBackend: Backend {
    let place: GitPlace
    let ref: RefSelection
    let roots: AllowedRoots
    let cacheFolder: String
    let http: HTTPSettings
    private let patience: GitRemote.Patience
    private let opened = Mutex<(GitRemote, MirrorFolder)?>(nil)
    /// What the last look at the remote found, for the snapshot that follows it.
    private let lastSeen = Mutex<ObjectID?>(nil)

    init(
        _ place: GitPlace, ref: RefSelection, cacheFolder: String, roots: AllowedRoots = AllowedRoots(nil),
        http: HTTPSettings = HTTPSettings(), patience: GitRemote.Patience = GitRemote.Patience()
    ) {
        self.place = place
        self.ref = ref
        self.roots = roots
        self.cacheFolder = cacheFolder
        self.http = http
        self.patience = patience
    }

    func currentRevision() async throws -> Revision? {
        try await atPort {
            switch place {
            case .local(let path):
                let (reader, details) = try await open(path, FileSelection())
                await reader.close()
                return details.revision
            case .remote(let url, let credential):
                let id = try await remote(url, credential).0.resolve(ref)
                lastSeen.withLock { $0 = id }
                return Revision(id.hex)
            }
        }
    }

    func snapshot(_ selection: FileSelection) async throws -> any Snapshot {
        try await atPort {
            switch place {
            case .local(let path):
                let (reader, details) = try await open(path, selection)
                return GitSnapshot(reader, details, selection, remote: nil)
            case .remote(let url, let credential):
                return try await mirrored(url, credential, selection)
            }
        }
    }

    /// Opens a repository on this machine's disk, if it may be read: looked at before, so that nothing else is opened,
    /// and after, in case somebody exchanged it meanwhile.
    private func open(
        _ path: String, _ selection: FileSelection
    ) async throws -> (GitReader, RevisionDetails) {
        let check = LocalRepositoryCheck(path, roots: roots)
        try check.run()
        let reader = GitReader(supply: nil)
        do {
            let details = try await reader.open(path, ref, selection)
            try check.run()
            return (reader, details)
        } catch {
            await reader.close()
            throw error
        }
    }

    private func mirrored(
        _ url: HTTPURL, _ credential: HTTPCredential?, _ selection: FileSelection
    ) async throws -> GitSnapshot {
        let (remote, folder) = try remote(url, credential)
        let seen = lastSeen.withLock { seen in
            defer { seen = nil }
            return seen
        }
        let id = if let seen { seen } else { try await remote.resolve(ref) }
        let reader = GitReader(
            supply: GitSupply(remote: remote, folder: folder, clock: patience.clock, ref: ref))
        do {
            let details = try await reader.openMirror(id, selection)
            return GitSnapshot(reader, details, selection, remote: remote)
        } catch {
            await reader.close()
            throw error
        }
    }

    func remote(_ url: HTTPURL, _ credential: HTTPCredential?) throws(BackendError) -> (GitRemote, MirrorFolder) {
        if let opened = opened.withLock({ $0 }) { return opened }
        let folder = try MirrorFolder(in: cacheFolder, url: url, credential: credential, identity: http.tls.identity)
        var settings = http
        // Some hosting services show a repository's web page to whoever does not begin like this.
        settings.userAgent = "git/2.0 (sluice)"
        let transport = HTTPGitTransport(client: HTTPClient(settings), url: url, credential: credential)
        let remote = GitRemote(transport: transport, memo: folder.memo, patience: patience)
        opened.withLock { $0 = (remote, folder) }
        return (remote, folder)
    }
}
