internal import Model

/// How repositories are reached and where their mirrors lie. Holds keys: never print it.
struct GitAccess: Sendable {
    let cacheFolder: String
    /// What may be read on this machine's disk.
    var roots = AllowedRoots(nil)
    var http = HTTPSettings()
    /// Nil where nothing is reached over SSH.
    var ssh: SSHSettings?
    var limits = StreamLimits()
    /// Shared among sources, so that those on one server share connections.
    var clients = HTTPClients()
    var patience = Patience()
    /// Whose mirrors they are; nil for a source that is not kept.
    var source: SourceID?
    /// Is told of every mirror that is opened.
    var use: MirrorUse?

    /// For a person who waits: nothing is tried again.
    var withoutRepeats: GitAccess {
        var access = self
        access.patience.policy = .once
        return access
    }

    /// The same for one snapshot, which notes what mirrors it opens.
    var forSnapshot: GitAccess {
        var access = self
        access.use = source.map { MirrorUse(in: cacheFolder, by: $0) }
        return access
    }

    /// The repository at `place`, which is not on this machine's disk, and its mirror.
    ///
    /// - Parameter scope: keeps its mirror apart from others of the same repository.
    func remote(_ place: GitPlace, scope: [String] = []) throws(BackendError) -> (GitRemote, MirrorFolder) {
        let folder = try mirrorFolder(place, scope: scope)
        return (GitRemote(transport: try transport(place), memo: folder.memo, patience: patience), folder)
    }

    func mirrorFolder(_ place: GitPlace, scope: [String] = []) throws(BackendError) -> MirrorFolder {
        var identity = place.identity + (ssh?.identity ?? [])
        if case .remote(let url, _) = place, let client = http.tls.identity(for: url) {
            identity += ["certificate", client.certificate]
        }
        return try MirrorFolder(in: cacheFolder, of: identity + scope)
    }

    private func transport(_ place: GitPlace) throws(BackendError) -> any GitTransport {
        switch place {
        case .local: throw BackendError(.local, "a repository on this machine's disk needs no transport")
        case .remote(let url, let credential):
            var settings = http
            // Some hosting services show a repository's web page to whoever does not begin like this.
            settings.userAgent = "git/2.0 (sluice)"
            return HTTPGitTransport(
                client: clients.client(for: url.origin, settings), url: url, credential: credential)
        case .ssh(let address):
            guard let ssh else { throw BackendError(.settings, "cannot use SSH without its settings") }
            return StreamGitTransport(SSHStreamOpener(address: address, settings: ssh))
        case .daemon(let address):
            return StreamGitTransport(DaemonStreamOpener(address: address, limits: limits))
        }
    }
}
