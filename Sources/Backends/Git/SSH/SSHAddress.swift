internal import Model

/// Where a repository is on an SSH server.
struct SSHAddress: Hashable, Sendable {
    /// Nil for the name of whoever runs this program, as OpenSSH has it.
    var user: String?
    /// A name or an address, without brackets.
    let host: String
    /// Nil for 22.
    let port: Int?
    /// As the server's shell gets it, before quoting: `/absolute`, `~user/...` or relative to the user's home.
    let path: String

    /// Why a text is no such address: a clause in lower case that says what to write.
    struct Fault: Error {
        let text: String
    }

    /// Reads `ssh://[USER@]HOST[:PORT]/PATH`, percent-decoded, with `git+ssh` and `ssh+git` for the same; and git's
    /// short form `[USER@]HOST:PATH`, with an IPv6 address, or host and port, in brackets.
    /// - Source: git-clone(1), "GIT URLS".
    init(_ url: SourceURL) throws(Fault) {
        if let scheme = url.scheme {
            let rest = url.raw.dropFirst(scheme.utf8.count + "://".utf8.count)
            guard let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")), rest[slash...].utf8.count > 1 else {
                throw Fault(text: "write it as ssh://USER@HOST/PATH")
            }
            guard let place = SSHPlace(authority: rest[..<slash], isEncoded: true),
                let path = PercentEncoding.text(rest[slash...])
            else { throw Fault(text: "write it as ssh://USER@HOST:PORT/PATH, without a password") }
            // `/~user/x` means a home folder, as with git.
            self.init(
                place,
                path: path.utf8.starts(with: "/~".utf8) ? String(decoding: path.utf8.dropFirst(), as: UTF8.self) : path)
        } else {
            guard let (authority, path) = Self.shortForm(url.raw), !path.isEmpty, path != "/",
                let place = SSHPlace(authority: authority, isEncoded: false)
            else { throw Fault(text: "write it as USER@HOST:PATH or ssh://USER@HOST/PATH") }
            self.init(place, path: String(path))
        }
        if let fault { throw Fault(text: fault) }
    }

    private init(_ place: SSHPlace, path: String) {
        user = place.user
        host = place.host
        port = place.port
        self.path = path
    }

    /// Whether `text` is git's short form of an address: a colon before any slash.
    static func isShortForm(_ text: String) -> Bool { shortForm(text) != nil }

    private static func shortForm(_ text: String) -> (authority: Substring, path: Substring)? {
        let head = text[..<(text.utf8.firstIndex(of: UInt8(ascii: "/")) ?? text.endIndex)]
        if let bracket = head.firstIndex(of: "["), head[..<bracket].isEmpty || head[..<bracket].hasSuffix("@"),
            let end = head[bracket...].firstRange(of: "]:")
        {
            let inner = head[head.index(after: bracket)..<end.lowerBound]
            // `[HOST:PORT]:PATH` is git's own; an IPv6 address has more than one colon.
            let isHostAndPort = inner.count { $0 == ":" } == 1
            let authority = isHostAndPort ? head[..<bracket] + inner : head[...end.lowerBound]
            return (Substring(authority), text[end.upperBound...])
        }
        guard let colon = head.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        return (head[..<colon], text[text.utf8.index(after: colon)...])
    }

    private var fault: String? {
        if let user, !SSHPlace.isSafeUser(user) { return "its user name is not one that could be given to ssh" }
        if !SSHPlace.isSafeHost(host) { return "its host is not a name or address that could be given to ssh" }
        // By bytes here and elsewhere, as ssh and the shell see it: a combining mark makes another character of a "-".
        if path.utf8.first == UInt8(ascii: "-") || path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            return "its path must neither begin with a \"-\" nor hold control characters"
        }
        return nil
    }

    /// The host as a line of known_hosts has it.
    /// - Source: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
    var knownHost: String { SSHPlace(user: nil, host: host, port: port).knownHost }

    /// The command that serves the repository, for the server's shell.
    var command: String { "git-upload-pack \(ShellWord.quoted(path))" }
}

extension SSHAddress: CustomStringConvertible {
    /// For messages, and what the relative URLs of submodules lead on from: the URL of this address.
    var description: String {
        let place = "ssh://" + SSHPlace(user: user, host: host, port: port).description
        let encoded = String(
            decoding: path.utf8.flatMap { $0 == UInt8(ascii: "%") ? Array("%25".utf8) : [$0] }, as: UTF8.self)
        return switch path.utf8.first {
        case UInt8(ascii: "/"): place + encoded
        case UInt8(ascii: "~"): place + "/" + encoded
        default: place + "/~/" + encoded
        }
    }
}

/// An SSH server and whom to be there: `[USER@]HOST[:PORT]`.
struct SSHPlace: Hashable, Sendable {
    var user: String?
    let host: String
    let port: Int?

    init(user: String?, host: String, port: Int?) {
        self.user = user
        self.host = host
        self.port = port
    }

    /// Nil when it is malformed or has a password.
    init?(authority: Substring, isEncoded: Bool) {
        var rest = authority
        var user: String?
        if let at = rest.lastIndex(of: "@") {
            guard let text = isEncoded ? PercentEncoding.text(rest[..<at]) : String(rest[..<at]), !text.contains(":")
            else { return nil }
            user = text
            rest = rest[rest.index(after: at)...]
        }
        var port: Int?
        var host = rest
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            host = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
        } else {
            host = rest[..<(rest.firstIndex(of: ":") ?? rest.endIndex)]
            rest = rest[host.endIndex...]
        }
        if rest.hasPrefix(":"), rest.utf8.count > 1 {
            guard let number = Int(rest.dropFirst()), (1...65_535).contains(number) else { return nil }
            port = number
        } else if !rest.isEmpty, rest != ":" {
            return nil
        }
        // Lower case can make an ASCII letter of another.
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 < 0x80 }), user?.isEmpty != true else { return nil }
        self.init(user: user, host: host.lowercased(), port: port)
    }

    var knownHost: String { port == nil || port == 22 ? host : "[\(host)]:\(port ?? 22)" }

    /// Nothing that a shell or ssh's own expansion could take for more than a name.
    static func isSafeHost(_ host: String) -> Bool {
        !host.hasPrefix("-")
            && host.utf8.allSatisfy { byte in
                byte.isLetter || byte.isDigit || "._-:".utf8.contains(byte)
            }
    }

    static func isSafeUser(_ user: String) -> Bool {
        !user.isEmpty && !user.hasPrefix("-")
            && user.utf8.allSatisfy { $0.isLetter || $0.isDigit || "._-+@=~".utf8.contains($0) }
    }
}

extension SSHPlace: CustomStringConvertible {
    var description: String {
        let shown = host.contains(":") ? "[\(host)]" : host
        return (user.map { $0 + "@" } ?? "") + shown + (port.map { ":\($0)" } ?? "")
    }
}
