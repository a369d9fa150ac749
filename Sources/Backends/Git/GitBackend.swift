internal import Model
private import Synchronization

/// Replicates a git repository: over smart HTTP through a shallow mirror, or on this machine's disk in place.
final class GitBackend: Backend {
    private let place: GitPlace
    private let ref: RefSelection
    private let subPath: RelativePath?
    private let cacheFolder: String
    private let http: HTTPSettings
    private let policy: GitPolicy
    private let patience: GitRemote.Patience
    private let opened = Mutex<(GitRemote, MirrorFolder)?>(nil)
    /// What the last look at the remote found, for the snapshot that follows it.
    private let lastSeen = Mutex<ResolvedRef?>(nil)

    init(
        _ place: GitPlace, ref: RefSelection, subPath: RelativePath? = nil, cacheFolder: String,
        http: HTTPSettings = HTTPSettings(),
        policy: GitPolicy = GitPolicy(), patience: GitRemote.Patience = GitRemote.Patience()
    ) {
        self.place = place
        self.ref = ref
        self.subPath = subPath
        self.cacheFolder = cacheFolder
        self.http = http
        self.policy = policy
        self.patience = patience
    }

    func currentRevision() async throws -> Revision? { try await currentNamedRevision()?.revision }

    func currentNamedRevision() async throws -> NamedRevision? {
        try await atPort {
            let found: ResolvedRef
            switch place {
            case .local(let path):
                let reader = GitReader(supply: nil)
                found = try await reader.open(path, ref)
                await reader.close()
            case .remote(let url, let credential):
                found = try await remote(url, credential).0.resolve(ref)
                lastSeen.withLock { [found] in $0 = found }
            }
            return NamedRevision(Revision(found.commit.hex), ref: found.name)
        }
    }

    func snapshot(_ selection: FileSelection) async throws -> any Snapshot {
        try await atPort {
            switch place {
            case .local(let path):
                return try await inPlace(path, selection)
            case .remote(let url, let credential):
                return try await mirrored(url, credential, selection)
            }
        }
    }

    private func inPlace(_ path: String, _ selection: FileSelection) async throws -> GitSnapshot {
        let reader = GitReader(supply: nil, subPath: subPath)
        do {
            let found = try await reader.open(path, ref, checksNames: policy.signatures != nil)
            try await policy.accept(found, of: reader, at: path)
            let details = try await reader.begin(found, selection, at: path)
            let largeFiles = try await policy.largeFiles?.ofRepository(reader.folder(), http, patience)
            return GitSnapshot(reader, details, selection, remote: nil, largeFiles: largeFiles)
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
        let found = if let seen { seen } else { try await remote.resolve(ref) }
        let reader = GitReader(
            supply: GitSupply(remote: remote, folder: folder, clock: patience.clock, ref: ref), subPath: subPath)
        do {
            try await reader.openMirror(found)
            try await policy.accept(found, of: reader, at: remote.transport.shown)
            let details = try await reader.begin(found, selection, at: remote.transport.shown)
            let largeFiles = policy.largeFiles?.ofRepository(url, credential, http, patience)
            return GitSnapshot(reader, details, selection, remote: remote, largeFiles: largeFiles)
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
