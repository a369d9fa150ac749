internal import Model
private import Synchronization

/// Replicates a git repository: over smart HTTP through a shallow mirror, or on this machine's disk in place.
final class GitBackend: Backend {
    private let place: GitPlace
    private let ref: RefSelection
    private let subPath: RelativePath?
    private let cacheFolder: String
    private let http: HTTPSettings
    private let patience: GitRemote.Patience
    private let opened = Mutex<(GitRemote, MirrorFolder)?>(nil)
    /// What the last look at the remote found, for the snapshot that follows it.
    private let lastSeen = Mutex<FollowedRef?>(nil)

    init(
        _ place: GitPlace, ref: RefSelection, subPath: RelativePath? = nil, cacheFolder: String,
        http: HTTPSettings = HTTPSettings(),
        patience: GitRemote.Patience = GitRemote.Patience()
    ) {
        self.place = place
        self.ref = ref
        self.subPath = subPath
        self.cacheFolder = cacheFolder
        self.http = http
        self.patience = patience
    }

    func currentRevision() async throws -> Revision? { try await currentNamedRevision()?.revision }

    func currentNamedRevision() async throws -> NamedRevision? {
        try await atPort {
            switch place {
            case .local(let path):
                let reader = GitReader(supply: nil, subPath: subPath)
                let details = try await reader.open(path, ref, FileSelection())
                await reader.close()
                return NamedRevision(details.revision, ref: details.ref)
            case .remote(let url, let credential):
                let followed = try await remote(url, credential).0.resolve(ref)
                lastSeen.withLock { $0 = followed }
                return NamedRevision(Revision(followed.commit.hex), ref: followed.name)
            }
        }
    }

    func snapshot(_ selection: FileSelection) async throws -> any Snapshot {
        try await atPort {
            switch place {
            case .local(let path):
                let reader = GitReader(supply: nil, subPath: subPath)
                return GitSnapshot(reader, try await reader.open(path, ref, selection), selection, remote: nil)
            case .remote(let url, let credential):
                return try await mirrored(url, credential, selection)
            }
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
        let followed = if let seen { seen } else { try await remote.resolve(ref) }
        let reader = GitReader(
            supply: GitSupply(remote: remote, folder: folder, clock: patience.clock, ref: ref), subPath: subPath)
        do {
            let details = try await reader.openMirror(followed, selection)
            return GitSnapshot(reader, details, selection, remote: remote)
        } catch {
            await reader.close()
            throw error
        }
    }

    private func remote(_ url: HTTPURL, _ credential: HTTPCredential?) throws(BackendError) -> (GitRemote, MirrorFolder)
    {
        if let opened = opened.withLock({ $0 }) { return opened }
        let folder = try MirrorFolder(in: cacheFolder, url: url, credential: credential)
        var settings = http
        // Some hosting services show a repository's web page to whoever does not begin like this.
        settings.userAgent = "git/2.0 (sluice)"
        let transport = HTTPGitTransport(client: HTTPClient(settings), url: url, credential: credential)
        let remote = GitRemote(transport: transport, memo: folder.memo, patience: patience)
        opened.withLock { $0 = (remote, folder) }
        return (remote, folder)
    }
}
