internal import Model
private import Synchronization

/// Replicates a git repository: over smart HTTP, SSH or git's own protocol through a shallow mirror, or on this
/// machine's disk in place.
final class GitBackend: Backend {
    let place: GitPlace
    let ref: RefSelection
    let cacheFolder: String
    let http: HTTPSettings
    /// Nil for a place that is not reached over SSH.
    let ssh: SSHSettings?
    let limits: StreamLimits
    private let patience: GitRemote.Patience
    private let opened = Mutex<(GitRemote, MirrorFolder)?>(nil)
    /// What the last look at the remote found, for the snapshot that follows it.
    private let lastSeen = Mutex<ObjectID?>(nil)

    init(
        _ place: GitPlace, ref: RefSelection, cacheFolder: String, http: HTTPSettings = HTTPSettings(),
        ssh: SSHSettings? = nil, limits: StreamLimits = StreamLimits(),
        patience: GitRemote.Patience = GitRemote.Patience()
    ) {
        self.place = place
        self.ref = ref
        self.cacheFolder = cacheFolder
        self.http = http
        self.ssh = ssh
        self.limits = limits
        self.patience = patience
    }

    func currentRevision() async throws -> Revision? {
        try await atPort {
            switch place {
            case .local(let path):
                let reader = GitReader(supply: nil)
                let details = try await reader.open(path, ref, FileSelection())
                await reader.close()
                return details.revision
            case .remote, .ssh, .daemon:
                let id = try await remote().0.resolve(ref)
                lastSeen.withLock { $0 = id }
                return Revision(id.hex)
            }
        }
    }

    func snapshot(_ selection: FileSelection) async throws -> any Snapshot {
        try await atPort {
            switch place {
            case .local(let path):
                let reader = GitReader(supply: nil)
                return GitSnapshot(reader, try await reader.open(path, ref, selection), selection, remote: nil)
            case .remote, .ssh, .daemon:
                return try await mirrored(selection)
            }
        }
    }

    private func mirrored(_ selection: FileSelection) async throws -> GitSnapshot {
        let (remote, folder) = try remote()
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

    func remote() throws(BackendError) -> (GitRemote, MirrorFolder) {
        if let opened = opened.withLock({ $0 }) { return opened }
        let folder = try mirrorFolder()
        let remote = GitRemote(transport: try transport(), memo: folder.memo, patience: patience)
        opened.withLock { $0 = (remote, folder) }
        return (remote, folder)
    }

    func mirrorFolder() throws(BackendError) -> MirrorFolder {
        try MirrorFolder(in: cacheFolder, of: place.identity + (ssh?.identity ?? []))
    }

    private func transport() throws(BackendError) -> any GitTransport {
        switch place {
        case .local: throw BackendError(.local, "a repository on this machine's disk needs no transport")
        case .remote(let url, let credential):
            var settings = http
            // Some hosting services show a repository's web page to whoever does not begin like this.
            settings.userAgent = "git/2.0 (sluice)"
            return HTTPGitTransport(client: HTTPClient(settings), url: url, credential: credential)
        case .ssh(let address):
            guard let ssh else { throw BackendError(.settings, "cannot use SSH without its settings") }
            return StreamGitTransport(SSHStreamOpener(address: address, settings: ssh))
        case .daemon(let address):
            return StreamGitTransport(DaemonStreamOpener(address: address, limits: limits))
        }
    }
}
