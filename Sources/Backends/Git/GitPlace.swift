internal import Model

/// Where a repository is, by its URL and the credential that goes with it.
enum GitPlace: Sendable {
    /// A path on this machine's disk.
    case local(String)
    case remote(HTTPURL, HTTPCredential?)
    case ssh(SSHAddress)
    case daemon(DaemonAddress)

    /// The user name that goes with a token: GitLab asks for this one, GitHub and Gitea take any.
    /// - Source: GitLab's documentation, "Personal access tokens" and "OAuth 2.0": `https://oauth2:TOKEN@...`.
    static let tokenUser = "oauth2"

    /// Reads `url`. A user name or password given as parameter wins over the one in the URL.
    init(_ url: SourceURL, username: String?, password: String?) throws(BackendError) {
        if let fault = Self.fault(in: url) {
            throw BackendError(.settings, "cannot use the git URL \"\(url.shown)\": \(fault)")
        }
        switch url.scheme {
        case "git":
            guard username == nil, password == nil, let address = DaemonAddress(url) else {
                throw BackendError(
                    .settings, "cannot use \"\(url.shown)\" with credentials: git:// has none, and would show them",
                    advice: "take `username` and `password` away, or use https or ssh")
            }
            self = .daemon(address)
            return
        case "ssh", "git+ssh", "ssh+git", nil:
            guard url.scheme != nil || SSHAddress.isShortForm(url.raw) else { break }
            // The URL was looked at just now, so there is nothing to throw.
            guard var address = try? SSHAddress(url) else { break }
            if let username, !username.isEmpty {
                guard SSHPlace.isSafeUser(username) else {
                    throw BackendError(
                        .settings, "cannot use SSH: `username` is not one that could be given to ssh",
                        advice: "set it to a plain user name, such as git")
                }
                address.user = username
            }
            self = .ssh(address)
            return
        default: break
        }
        if let path = Self.path(in: url) {
            self = .local(path)
            return
        }
        let (place, inURL): (HTTPURL, HTTPUserInfo?)
        do throws(HTTPError) { (place, inURL) = try HTTPURL.parse(url.raw) } catch {
            throw BackendError(
                .settings, "cannot use the git URL \"\(url.shown)\": it is not a URL",
                advice: "write it as https://HOST/PATH")
        }
        self = .remote(place, Self.credential(inURL, username: username, password: password))
    }

    private static func credential(_ inURL: HTTPUserInfo?, username: String?, password: String?) -> HTTPCredential? {
        let password = password ?? inURL?.password
        let named = [username, inURL?.user].compactMap { $0 }.first { !$0.isEmpty }
        guard named != nil || password != nil else { return nil }
        return .basic(user: named ?? tokenUser, password: password ?? "")
    }

    /// What is wrong with the URL as far as it can be seen without a look at the repository, or nil.
    static func fault(in url: SourceURL) -> String? {
        // What cannot be typed is there by mistake, or to hide something; a NUL ends the text for the libraries below.
        if url.raw.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "take the control characters out of it" }
        switch url.scheme {
        case "http", "https":
            if url.raw.contains("#") { return "take the part from the \"#\" on away: no server gets to see it" }
            return (try? HTTPURL.parse(url.raw)) == nil ? "write it as https://HOST/PATH" : nil
        case "file":
            return path(in: url) == nil ? "write it as file:///PATH" : nil
        case "ssh", "git+ssh", "ssh+git":
            return fault(inSSH: url)
        case "git":
            return DaemonAddress(url) == nil ? "write it as git://HOST/PATH, without user name and password" : nil
        case let scheme?:
            return
                "\"\(scheme)\" is not a scheme that git speaks here: use https, ssh, http, git, file, or a path on this "
                + "machine"
        case nil where url.raw.isEmpty:
            return "write a URL or a path"
        case nil:
            // HOST:PATH is git's short form of an ssh URL.
            if SSHAddress.isShortForm(url.raw) { return fault(inShortForm: url) }
            return url.raw.hasPrefix("/") ? nil : "write a URL, or a path from the root of this machine, /PATH"
        }
    }

    private static func fault(inShortForm url: SourceURL) -> String? {
        let (host, path) = (url.raw.prefix { $0 != ":" }, url.raw.drop { $0 != ":" })
        // An IPv6 address stands in brackets.
        if path.hasPrefix("::"), !host.contains("[") {
            return "git's remote helpers are not used here: use https, ssh, http, git or file"
        }
        if kindsOfURL.contains(host.lowercased()) {
            return "\"\(host):\" is the beginning of a URL that is no repository's; for a host of that name write "
                + "ssh://\(host)/PATH"
        }
        return fault(inSSH: url)
    }

    /// Schemes that a slip or somebody's trick may leave without its `//`, and that nobody calls a host.
    private static let kindsOfURL: Set<String> = [
        "about", "blob", "data", "file", "ftp", "ftps", "git", "git+ssh", "http", "https", "javascript", "mailto", "s3",
        "ssh", "ssh+git", "urn", "vbscript",
    ]

    private static func fault(inSSH url: SourceURL) -> String? {
        do throws(SSHAddress.Fault) { _ = try SSHAddress(url) } catch { return error.text }
        return nil
    }

    /// The path on this machine's disk that a URL names; nil for any other.
    static func localPath(of url: SourceURL) -> String? {
        // HOST:PATH is another machine's, as git reads it.
        if url.scheme == nil, url.raw.prefix(while: { $0 != "/" }).contains(":") { return nil }
        return fault(in: url) == nil ? path(in: url) : nil
    }

    /// The path that a `file:` URL or a plain path names, percent-decoded in a URL; nil for anything else.
    private static func path(in url: SourceURL) -> String? {
        guard url.scheme == "file" else { return url.scheme == nil ? url.raw : nil }
        let rest = url.raw.dropFirst("file://".count)
        guard let slash = rest.firstIndex(of: "/"), ["", "localhost"].contains(rest[..<slash].lowercased()) else {
            return nil
        }
        return PercentEncoding.text(rest[slash...])
    }
}

extension GitPlace {
    /// What names this place, and the credential it has of its own, apart from all others.
    var identity: [String] {
        switch self {
        case .local(let path): [path]
        case .remote(let url, nil): [url.text]
        case .remote(let url, .basic(let user, let password)): [url.text, "basic", user, password]
        case .remote(let url, .bearer(let token)): [url.text, "bearer", token]
        case .ssh(let address): [address.description]
        case .daemon(let address): [address.description]
        }
    }
}
