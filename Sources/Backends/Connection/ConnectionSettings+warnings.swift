internal import Model

extension ConnectionSettings {
    /// What is risky about how a data source connects, one sentence each.
    static func warnings(_ settings: DataSourceSettings) -> [String] {
        [verification(settings), encryption(settings)].compactMap { $0 }
    }

    private static func verification(_ settings: DataSourceSettings) -> String? {
        switch settings.parameters["tls_verify"] {
        case nil, .literal("true"), .secret("true"): nil
        case .literal, .secret: "the server's certificate is not checked (tls_verify=false): anybody can pass for it"
        case let reference?:
            "whether the server's certificate is checked depends on \(reference): anybody may be able to pass for it"
        }
    }

    private static func encryption(_ settings: DataSourceSettings) -> String? {
        if settings.sourceURL.scheme == "git" {
            return "git:// is neither encrypted nor authenticated: anybody on the way can change what is read"
        }
        // What stays on this machine crosses no network.
        guard !isOnThisMachine(settings.sourceURL) else { return nil }
        switch settings.sourceURL.scheme {
        case "http" where sendsPassword(settings):
            return "http:// is not encrypted: anybody on the way can read the credentials and change what is read"
        case "http" where settings.parameters["aws_secret_access_key"] != nil:
            // Signed requests do not hold the key, and answers are not signed.
            return "http:// is not encrypted: anybody on the way can read the content and change it"
        default: return nil
        }
    }

    private static func sendsPassword(_ settings: DataSourceSettings) -> Bool {
        settings.sourceURL.shown.contains("***@")
            || ["password", "aws_session_token"].contains { settings.parameters[$0] != nil }
    }

    private static func isOnThisMachine(_ url: SourceURL) -> Bool {
        guard let mark = url.raw.firstRange(of: "://") else { return false }
        let authority = url.raw[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let place = authority.split(separator: "@").last ?? ""
        let host = place.hasPrefix("[") ? place.dropFirst().prefix { $0 != "]" } : place.prefix { $0 != ":" }
        return host == "::1" || ProxyExemptions(["localhost", "127.0.0.0/8"]).contains(String(host))
    }
}
