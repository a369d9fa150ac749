internal import Model

extension ConnectionSettings {
    static let proxy = [
        SettingDeclaration(
            "proxy", kind: .address,
            help: "http://, https://, socks5:// or socks5h://HOST:PORT to go through, or none; by default what "
                + "http_proxy, https_proxy, all_proxy and no_proxy of the environment say."),
        SettingDeclaration("proxy_username", help: "The user name for `proxy`."),
        SettingDeclaration("proxy_password", help: "The password for `proxy`.", isSecret: true),
        SettingDeclaration(
            "no_proxy", kind: .list,
            help: "Hosts that are connected to directly: names, which stand for all below them, addresses, networks "
                + "such as 10.0.0.0/8, or *."),
    ]
}

extension ProxyChoice {
    /// - Throws: ``BackendError``, `.settings`, when the settings do not fit each other.
    init(_ configuration: BackendConfiguration) throws(BackendError) {
        let user = configuration["proxy_username"]
        let password = configuration["proxy_password"]
        let listed = try ProxyExemptions(configuration)
        guard let text = configuration["proxy"], text.lowercased() != "none" else {
            guard user == nil, password == nil else {
                throw Self.fault("there are credentials for a proxy, and no `proxy`", "set `proxy` too")
            }
            self = configuration["proxy"] == nil ? Self(environment: configuration.environment, except: listed) : .none
            return
        }
        var proxy: HTTPProxy
        do throws(HTTPError) {
            proxy = try HTTPProxy(text)
            guard proxy.isSpelledOut else { throw HTTPError(.badProxy, at: nil, "it has neither scheme nor port") }
        } catch {
            throw Self.fault("`proxy` is no proxy's URL: \(error.detail)", "write it as http://HOST:PORT, or none")
        }
        guard proxy.userInfo == nil else {
            throw Self.fault(
                "`proxy` holds credentials, and it is shown in listings",
                "write it without them, and set `proxy_username` and `proxy_password`")
        }
        if user != nil || password != nil { proxy.userInfo = HTTPUserInfo(user: user ?? "", password: password) }
        self.init(proxy, except: listed ?? ProxyExemptions([]))
    }

    fileprivate static func fault(_ reason: String, _ advice: String) -> BackendError {
        BackendError(.settings, "cannot use the proxy settings: \(reason)", advice: advice)
    }
}

extension ProxyExemptions {
    /// The setting `no_proxy`; nil when it is not given.
    ///
    /// - Throws: ``BackendError``, `.settings`, for an entry that no host could match.
    fileprivate init?(_ configuration: BackendConfiguration) throws(BackendError) {
        guard configuration["no_proxy"] != nil else { return nil }
        // A person who types one line separates with commas, as in the environment.
        let entries = configuration.list("no_proxy").flatMap { $0.split { $0 == "," || $0 == " " }.map(String.init) }
        if let entry = entries.first(where: { !Self.canMatch($0) }) {
            throw ProxyChoice.fault(
                "`no_proxy` has an entry that no host matches: \"\(EscapedName(SourceURL(entry).shown))\"",
                "write names such as example.com, addresses, networks such as 10.0.0.0/8, or *; no scheme and no port")
        }
        self.init(entries)
    }
}
