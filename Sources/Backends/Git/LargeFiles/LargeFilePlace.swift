internal import Model

/// Where the large files of a data source's repositories are.
struct LargeFilePlace: Sendable {
    /// The LFS server that was set; nil for the repository's own.
    private let url: HTTPURL?

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

    /// Those of a repository served over HTTP.
    func ofRepository(
        _ repository: HTTPURL, _ credential: HTTPCredential?, _ http: HTTPSettings, _ patience: GitRemote.Patience
    ) -> any LargeFiles {
        let endpoint = url.map { LargeFileEndpoint($0) } ?? LargeFileEndpoint(ofRepository: repository)
        return LargeFileServer(
            LargeFileServer.Clients(home: repository.origin, credential: credential, settings: http),
            patience: patience
        ) { endpoint }
    }

    /// Those of a repository on this machine's disk, whose own files are in `folder`.
    func ofRepository(
        _ folder: String, _ http: HTTPSettings, _ patience: GitRemote.Patience
    ) -> any LargeFiles {
        ofRepository(
            http, patience, otherwise: { LargeFileFolder(ofRepository: folder) })
    }

    /// Those of a repository that is reached in another way: `authenticate` asks there for the LFS server.
    ///
    /// - Parameter authenticate: called before each question; such as what `git-lfs-authenticate PATH download` prints
    ///   on an SSH server, as ``LargeFileEndpoint/init(authenticated:now:)`` reads it.
    func ofRepository(
        authenticatedBy authenticate: @escaping @Sendable () async throws -> LargeFileEndpoint, _ http: HTTPSettings,
        _ patience: GitRemote.Patience
    ) -> any LargeFiles {
        ofRepository(http, patience) {
            LargeFileServer(Self.strangers(http), patience: patience, endpoint: authenticate)
        }
    }

    private func ofRepository(
        _ http: HTTPSettings, _ patience: GitRemote.Patience, otherwise: () -> any LargeFiles
    ) -> any LargeFiles {
        guard let url else { return otherwise() }
        return LargeFileServer(Self.strangers(http), patience: patience) { LargeFileEndpoint(url) }
    }

    private static func strangers(_ http: HTTPSettings) -> LargeFileServer.Clients {
        LargeFileServer.Clients(home: nil, credential: nil, settings: http)
    }
}
