/// A real git server over HTTP: lighttpd before `git http-backend`.
///
/// Repositories are served as `/NAME.git`, and again below `/private/` to those who know the password.
package final class GitServer: Sendable {
    package enum Variant: Sendable {
        case full
        /// Protocol v2 without `filter`.
        case withoutFilter
        /// The `Git-Protocol` header is dropped, so that the server speaks v0.
        case versionZero
        /// Files only: what git calls "dumb".
        case dumb
    }

    package static let user = "ada"
    package static let password = "p@ss:w/rd"
    package static let token = "tok-123456"

    package let web: WebServer
    private let variant: Variant
    private let folder: TemporaryFolder
    private let largeFiles: GiftlessServer?

    /// - Parameters:
    ///   - redirect: where `/moved/...` leads, such as another server's URL.
    ///   - largeFiles: what answers below `/private/NAME.git/info/lfs`.
    package init(_ variant: Variant = .full, redirect: String = "/", largeFiles: GiftlessServer? = nil) throws {
        self.variant = variant
        self.largeFiles = largeFiles
        folder = try TemporaryFolder()
        _ = try folder.folder("root/private")
        let unset = variant == .versionZero ? "unset HTTP_GIT_PROTOCOL GIT_PROTOCOL" : ""
        try folder.write(
            "backend.sh",
            """
            #!/bin/sh
            \(unset)
            echo "$REQUEST_METHOD $REQUEST_URI auth=$HTTP_AUTHORIZATION user=$REMOTE_USER" >> \(folder.path)/seen.log
            GIT_PROJECT_ROOT=\(folder.path)/root GIT_HTTP_EXPORT_ALL=1 HOME=\(folder.path) exec git http-backend

            """, mode: 0o755)
        try folder.write("users", "\(Self.user):\(Self.password)\noauth2:\(Self.token)\n")
        let isDumb = variant == .dumb
        let proxy = largeFiles.map { server in
            "$HTTP[\"url\"] =~ \"/info/lfs/\" { proxy.server = (\"\" => ((\"host\" => \"127.0.0.1\", "
                + "\"port\" => \(server.port.number)))) }"
        }
        web = try WebServer(
            folder: folder,
            modules: ["mod_alias", "mod_cgi", "mod_auth", "mod_authn_file", "mod_redirect", "mod_proxy"],
            """
            url.redirect = ("^/moved/(.*)$" => "\(redirect)$1")
            auth.backend = "plain"
            auth.backend.plain.userfile = "FOLDER/users"
            # The addresses of large files are signed, and open by themselves.
            $HTTP["url"] !~ "/objects/storage/" {
                auth.require = ("/private/" => ("method" => "basic", "realm" => "git", "require" => "valid-user"))
            }
            \(proxy ?? "")
            alias.url = ("/" => "FOLDER/\(isDumb ? "root/" : "backend.sh/")")
            \(isDumb ? "" : "cgi.assign = (\"backend.sh\" => \"/bin/sh\")")
            """)
    }

    /// Makes a repository that is served as `/NAME.git` and `/private/NAME.git`.
    package func repository(
        _ name: String = "core", @RepositoryBuilder _ steps: () -> [RepositoryStep]
    ) throws -> GitRepository {
        let repository = try GitRepository(at: folder.folder("work/\(name)"), steps)
        if variant == .withoutFilter { try repository.git("config", "uploadpack.allowFilter", "false") }
        if variant == .dumb { try repository.git("update-server-info") }
        try repository.git("init", "-q", "--separate-git-dir", "\(folder.path)/git-\(name)")
        for place in ["root", "root/private"] {
            try folder.link("\(place)/\(name).git", to: "\(folder.path)/git-\(name)")
        }
        return repository
    }

    package func url(_ name: String = "core") -> String { "\(web.url)/\(name).git" }
    package func privateURL(_ name: String = "core") -> String { "\(web.url)/private/\(name).git" }

    /// What git itself was asked, each as `GET /path?query auth=... user=...`.
    package var seen: [String] { folder.read("seen.log").split(separator: "\n").map(String.init) }
}
