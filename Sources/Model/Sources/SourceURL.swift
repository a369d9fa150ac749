/// The URL or path of a remote. Its user-info is a secret: only a backend reads ``raw``; everything shown is ``shown``.
package struct SourceURL: Sendable {
    /// As registered, with user-info. Never print or log it. What may be shown of it while it is ``sealed``.
    package let raw: String
    /// The whole URL as the store keeps it encrypted; nil when nothing of it is secret, or it has been opened.
    package let sealed: SealedValue?

    package init(_ raw: String) {
        self.raw = raw
        sealed = nil
    }

    /// - Parameter shown: what may be shown of the URL.
    package init(sealed: SealedValue, shown: String) {
        raw = shown
        self.sealed = sealed
    }

    /// Whether there is more to it than may be shown: the store encrypts such a URL.
    package var holdsSecret: Bool { sealed == nil && shown != raw }

    /// The scheme in lower case, or nil for a plain path.
    package var scheme: String? {
        guard let mark = raw.firstRange(of: "://") else { return nil }
        let scheme = raw[..<mark.lowerBound]
        let isScheme = scheme.utf8.allSatisfy { $0.isLetter || $0.isDigit || "+-.".utf8.contains($0) }
        return isScheme && !scheme.isEmpty ? scheme.lowercased() : nil
    }

    /// The URL with `***` in place of its user-info, and of the values in its query. A user name without a password, as
    /// in `ssh://git@host/path` and `user@host:path`, is no secret; over http it may be a token.
    package var shown: String {
        // Whatever stands before "://": a URL with a slip in its scheme has a password all the same.
        guard let mark = raw.firstRange(of: "://") else { return shownWithoutScheme }
        let rest = raw[mark.upperBound...]
        let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        var shown = String(raw[..<mark.upperBound])
        // The last "@": a password may hold an "@" that nobody escaped.
        if let at = rest[..<authorityEnd].lastIndex(of: "@"), !isUserOfSSH(rest[..<at]) {
            shown += "***" + rest[at..<authorityEnd]
        } else {
            shown += rest[..<authorityEnd]
        }
        let tail = rest[authorityEnd...]
        guard let question = tail.firstIndex(of: "?") else { return shown + tail }
        return shown + tail[..<question] + "?***"
    }

    /// The URL without its user-info: what tells one remote from another.
    package var withoutUserInfo: String {
        guard let mark = raw.firstRange(of: "://") else { return shownWithoutScheme }
        let rest = raw[mark.upperBound...]
        let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        guard let at = rest[..<authorityEnd].lastIndex(of: "@") else { return raw }
        return String(raw[..<mark.upperBound] + rest[rest.index(after: at)...])
    }

    private func isUserOfSSH(_ userInfo: Substring) -> Bool {
        ["ssh", "git+ssh", "ssh+git"].contains(scheme) && !userInfo.contains(":")
    }

    private var shownWithoutScheme: String {
        let authority = raw[..<(raw.firstIndex(of: "/") ?? raw.endIndex)]
        guard let at = authority.lastIndex(of: "@"), authority[..<at].contains(":") else { return raw }
        return "***" + raw[at...]
    }
}

extension SourceURL: CustomStringConvertible {
    package var description: String { shown }
}

/// By bytes: two Unicode forms of a path are two places.
extension SourceURL: Hashable {
    package static func == (left: SourceURL, right: SourceURL) -> Bool {
        left.raw.utf8.elementsEqual(right.raw.utf8) && left.sealed == right.sealed
    }

    package func hash(into hasher: inout Hasher) {
        for byte in raw.utf8 { hasher.combine(byte) }
        hasher.combine(sealed)
    }
}
