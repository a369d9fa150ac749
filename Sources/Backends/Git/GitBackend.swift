internal import Model
private import Synchronization

/// Replicates a git repository: over smart HTTP through a shallow mirror, or on this machine's disk in place.
final class GitBackend: Backend {
    let place: GitPlace
    let ref: RefSelection
    let subPath: RelativePath?
    let roots: AllowedRoots
    let cacheFolder: String
    let http: HTTPSettings
    let policy: GitPolicy
    private let patience: GitRemote.Patience
    private let clients: HTTPClients
    private let opened = Mutex<(GitRemote, MirrorFolder)?>(nil)
    /// What the last look at the remote found, for the snapshot that follows it.
    private let lastSeen = Mutex<ResolvedRef?>(nil)

    init(
        _ place: GitPlace, ref: RefSelection, subPath: RelativePath? = nil, cacheFolder: String,
        roots: AllowedRoots = AllowedRoots(nil), http: HTTPSettings = HTTPSettings(), policy: GitPolicy = GitPolicy(),
        patience: GitRemote.Patience = GitRemote.Patience(), clients: HTTPClients = HTTPClients()
    ) {
        self.place = place
        self.ref = ref
        self.subPath = subPath
        self.roots = roots
        self.cacheFolder = cacheFolder
        self.http = http
        self.policy = policy
        self.patience = patience
        self.clients = clients
    }

    func currentRevision() async throws -> Revision? { try await currentNamedRevision()?.revision }

    func currentNamedRevision() async throws -> NamedRevision? {
        try await atPort {
            let found: ResolvedRef
            switch place {
            case .local(let path):
                let reader: GitReader
                (reader, found) = try await open(path)
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
        let (reader, found) = try await open(path)
        do {
            try await policy.accept(found, of: reader, at: path)
            let details = try await reader.begin(found, selection, at: path)
            return GitSnapshot(reader, details, selection, remote: nil)
        } catch {
            await reader.close()
            throw error
        }
    }

    /// Opens a repository on this machine's disk, if it may be read: looked at before, so that nothing else is opened,
    /// and after, in case somebody exchanged it meanwhile.
    private func open(_ path: String) async throws -> (GitReader, ResolvedRef) {
        let check = LocalRepositoryCheck(path, roots: roots)
        try check.run()
        let reader = GitReader(supply: nil, subPath: subPath)
        do {
            let found = try await reader.open(path, ref, checksNames: policy.signatures != nil)
            try check.run()
            return (reader, found)
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
        let transport = HTTPGitTransport(
            client: clients.client(for: url.origin, settings), url: url, credential: credential)
        let remote = GitRemote(transport: transport, memo: folder.memo, patience: patience)
        opened.withLock { $0 = (remote, folder) }
        return (remote, folder)
    }
}
