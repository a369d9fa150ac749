internal import Model

/// Where the large files of a data source's repositories are.
struct LargeFilePlace: Sendable {
    /// The LFS server that was set; nil for the repository's own.
    let url: HTTPURL?

    /// Each repository's own.
    init() { url = nil }

    /// - Throws: ``BackendError``, `.settings`.
    init(url text: String?) throws(BackendError) {
        guard let text else {
            url = nil
            return
        }
        guard let (url, userInfo) = try? HTTPURL.parse(text), url.query == nil else {
            throw BackendError(
                .settings, "cannot use the setting `lfs_url`: it is not a URL", advice: "write it as https://HOST/PATH")
        }
        guard userInfo == nil else {
            throw BackendError(
                .settings, "cannot use the setting `lfs_url`: it holds a user name or password",
                advice: "leave them out: `username` and `password` are sent there if it is the repository's own host")
        }
        self.url = url
    }

    /// Those of a repository that is not on this machine's disk.
    func ofRepository(_ place: GitPlace, _ access: GitAccess) -> LargeFileServer {
        var home: HTTPURL.Origin?
        var credential: HTTPCredential?
        if case .remote(let url, let itsCredential) = place { (home, credential) = (url.origin, itsCredential) }
        let clients = LargeFileServer.Clients(home: home, credential: credential, settings: access.http)
        let url = url
        return LargeFileServer(clients, patience: access.patience) {
            if let url { return LargeFileEndpoint(url) }
            switch place {
            case .remote(let url, _): return LargeFileEndpoint(ofRepository: url)
            case .ssh(let address): return try await LargeFileEndpoint(of: address, access.ssh)
            case .daemon, .local:
                throw BackendError(
                    .settings, "cannot fetch large files: a repository that is reached in this way has no LFS server",
                    advice: "set `lfs_url` to the URL of the LFS server")
            }
        }
    }

    /// Those of a repository on this machine's disk, whose own files are in `folder`.
    func ofRepository(_ folder: String, _ access: GitAccess) -> any LargeFiles {
        url == nil ? LargeFileFolder(ofRepository: folder, roots: access.roots) : ofRepository(.local(folder), access)
    }
}

extension LargeFileEndpoint {
    /// Asks an SSH server where the LFS server of a repository is, and for what lets in there.
    /// - Source: git-lfs, docs/api/server-discovery.md, "SSH".
    fileprivate init(of address: SSHAddress, _ settings: SSHSettings?) async throws {
        let doing = "ask \"\(address)\" for its LFS server"
        guard let settings else { throw BackendError(.settings, "cannot use SSH without its settings") }
        let place = SSHPlace(user: address.user, host: address.host, port: address.port)
        // The repository's path, quoted for the server's shell as for git's own command.
        let path = address.command.drop { $0 != " " }
        let call = try SSHCommand(settings, to: place, knownAs: place, command: "git-lfs-authenticate\(path) download")
        let ended = try await Toolbox(environment: call.environment).run(
            call.arguments[0], Array(call.arguments.dropFirst()), environment: call.environment, doing: doing,
            from: "openssh-client")
        // The memory files that ssh reads its keys from end with the call.
        withExtendedLifetime(call) {}
        guard ended.isSuccess, let endpoint = LargeFileEndpoint(authenticated: ended.output, now: SystemTime.now())
        else {
            throw BackendError(
                .notFound, "cannot \(doing): it does not answer `git-lfs-authenticate`",
                advice: "set `lfs_url` to the URL of the LFS server")
        }
        self = endpoint
    }
}
