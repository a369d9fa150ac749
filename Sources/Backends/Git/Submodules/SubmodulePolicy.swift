internal import Model

/// Which submodules of a data source are followed.
struct SubmodulePolicy: Sendable {
    /// Beside the host of the data source itself. Lower case.
    private let hosts: Set<String>

    init(hosts: [String]) throws(BackendError) {
        for host in hosts where !SSHPlace.isSafeHost(host) || host.contains(":") && !host.contains("::") {
            throw BackendError(
                .settings, "cannot use `submodule_hosts`: \"\(EscapedName(host))\" is not the name of a host",
                advice: "give one name a line, such as github.com, without scheme, port and path")
        }
        self.hosts = Set(hosts.map { $0.lowercased() })
    }

    /// - Parameter home: the data source's place.
    func allows(_ place: GitPlace, home: GitPlace) -> Bool {
        guard let host = place.host else { return true }
        return host == home.host || hosts.contains(host)
    }

    /// How deep submodules may lie in each other.
    static let deepest = 8
    /// How many of them a data source may have in all.
    static let most = 256
}

extension GitPlace {
    /// Lower case, without brackets; nil on this machine's disk.
    var host: String? {
        switch self {
        case .local: nil
        case .remote(let url, _): String(url.host.drop { $0 == "[" }.prefix { $0 != "]" })
        case .ssh(let address): address.host
        case .daemon(let address): address.host
        }
    }

    /// Whether what lets in at this place may be shown at `other` too: the same server by the same protocol.
    func isSameOrigin(as other: GitPlace) -> Bool {
        switch (self, other) {
        case (.remote(let url, _), .remote(let otherURL, _)): url.origin == otherURL.origin
        case (.ssh(let address), .ssh(let otherAddress)):
            address.host == otherAddress.host && (address.port ?? 22) == (otherAddress.port ?? 22)
                && address.user == otherAddress.user
        case (.daemon(let address), .daemon(let otherAddress)):
            address.host == otherAddress.host && address.port == otherAddress.port
        case (.local, .local): true
        default: false
        }
    }
}
