internal import Model

/// Where a repository is, by its URL and the credential that goes with it.
enum GitPlace: Sendable {
    /// A path on this machine's disk.
    case local(String)
    case remote(HTTPURL, HTTPCredential?)

    /// The user name that goes with a token: GitLab asks for this one, GitHub and Gitea take any.
    /// - Source: GitLab's documentation, "Personal access tokens" and "OAuth 2.0": `https://oauth2:TOKEN@...`.
    static let tokenUser = "oauth2"

    /// Reads `url`. A user name or password given as parameter wins over the one in the URL.
    init(_ url: SourceURL, username: String?, password: String?) throws(BackendError) {
        if let fault = Self.fault(in: url) {
            throw BackendError(.settings, "cannot use the git URL \"\(url.shown)\": \(fault)")
        }
        if let path = Self.path(in: url) {
            self = .local(path)
            return
        }
        let (place, inURL): (HTTPURL, HTTPUserInfo?)
        do throws(HTTPError) { (place, inURL) = try HTTPURL.parse(url.raw) } catch {
            throw BackendError(.settings, "cannot use the git URL \"\(url.shown)\": it is not a URL")
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
        switch url.scheme {
        case "http", "https":
            return (try? HTTPURL.parse(url.raw)) == nil ? "write it as https://HOST/PATH" : nil
        case "file":
            return path(in: url) == nil ? "write it as file:///PATH" : nil
        case "ssh", "git+ssh", "ssh+git":
            return "ssh is not supported yet: use https, or a path on this machine"
        case "git":
            return "git:// is not supported yet: use https, or a path on this machine"
        case let scheme?:
            return
                "\"\(scheme)\" is not a scheme that git speaks here: use http, https, file, or a path on this machine"
        case nil where url.raw.isEmpty:
            return "write a URL or a path"
        case nil:
            // HOST:PATH is git's short form of an ssh URL.
            guard let colon = url.raw.firstIndex(of: ":"), !url.raw[..<colon].contains("/") else { return nil }
            return "ssh is not supported yet: use https, or a path on this machine"
        }
    }

    /// The path on this machine's disk that a URL names; nil for any other.
    static func localPath(of url: SourceURL) -> String? { fault(in: url) == nil ? path(in: url) : nil }

    /// The path that a `file:` URL or a plain path names, percent-decoded in a URL; nil for anything else.
    private static func path(in url: SourceURL) -> String? {
        guard url.scheme == "file" else { return url.scheme == nil ? url.raw : nil }
        let rest = url.raw.dropFirst("file://".count)
        guard let slash = rest.firstIndex(of: "/"), ["", "localhost"].contains(rest[..<slash].lowercased()) else {
            return nil
        }
        return decoded(rest[slash...])
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(Hexadecimal.value),
                let low = rest.popFirst().flatMap(Hexadecimal.value)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }
}
