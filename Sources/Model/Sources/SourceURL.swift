/// The URL or path of a remote. Its user-info is a secret: only a backend reads ``raw``; everything shown is ``shown``.
package struct SourceURL: Hashable, Sendable {
    /// As registered, with user-info. Never print or log it.
    package let raw: String

    package init(_ raw: String) { self.raw = raw }

    /// The scheme in lower case, or nil for a plain path.
    package var scheme: String? {
        guard let mark = raw.firstRange(of: "://") else { return nil }
        let scheme = raw[..<mark.lowerBound]
        let isScheme = scheme.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        return isScheme && !scheme.isEmpty ? scheme.lowercased() : nil
    }

    /// The URL with `***` in place of its user-info, and of the values in its query. Without a scheme, `user@host:path`
    /// stays and `user:password@host` does not.
    package var shown: String {
        // Whatever stands before "://": a URL with a slip in its scheme has a password all the same.
        guard let mark = raw.firstRange(of: "://") else { return shownWithoutScheme }
        let rest = raw[mark.upperBound...]
        let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        var shown = String(raw[..<mark.upperBound])
        // The last "@": a password may hold an "@" that nobody escaped.
        if let at = rest[..<authorityEnd].lastIndex(of: "@") {
            shown += "***" + rest[at..<authorityEnd]
        } else {
            shown += rest[..<authorityEnd]
        }
        let tail = rest[authorityEnd...]
        guard let question = tail.firstIndex(of: "?") else { return shown + tail }
        return shown + tail[..<question] + "?***"
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
