internal import Model

/// Where a repository is on a `git daemon`: `git://HOST[:PORT]/PATH`.
struct DaemonAddress: Hashable, Sendable {
    /// Without brackets.
    let host: String
    /// Nil for ``standardPort``.
    let port: Int?
    let path: String

    /// - Source: git-daemon(1).
    static let standardPort = 9_418

    /// No server has a path longer than this; far longer ones would not fit into a packet.
    private static let longestInBytes = 4_096

    /// Nil when it is malformed, has user-info or is longer than 4,096 bytes.
    init?(_ url: SourceURL) {
        guard url.raw.utf8.count <= Self.longestInBytes else { return nil }
        let rest = url.raw.dropFirst("git://".utf8.count)
        guard let slash = rest.firstIndex(of: "/"), rest[slash...].utf8.count > 1,
            let place = SSHPlace(authority: rest[..<slash], isEncoded: true), place.user == nil,
            SSHPlace.isSafeHost(place.host), let path = PercentEncoding.text(rest[slash...]),
            !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else { return nil }
        host = place.host
        port = place.port
        self.path = path.hasPrefix("/~") ? String(path.dropFirst()) : path
    }

    /// What is said first.
    /// - Source: gitprotocol-pack(5), "Git Transport": extra parameters follow a NUL of their own.
    var request: [UInt8] {
        let name = host.contains(":") ? "[\(host)]" : host
        let port = port.map { ":\($0)" } ?? ""
        return PacketLine.encode(exactly: "git-upload-pack \(path)\0host=\(name)\(port)\0\0version=2\0")
    }
}

extension DaemonAddress: CustomStringConvertible {
    var description: String {
        "git://" + SSHPlace(user: nil, host: host, port: port).description + (path.hasPrefix("/") ? path : "/" + path)
    }
}
