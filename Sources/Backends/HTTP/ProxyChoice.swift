/// Which proxy a request goes through, if any.
package struct ProxyChoice: Sendable {
    private let plain: Result<HTTPProxy, HTTPError>?
    private let secure: Result<HTTPProxy, HTTPError>?
    private let exempt: ProxyExemptions

    /// No proxy for any request.
    package static let none = ProxyChoice(plain: nil, secure: nil, exempt: ProxyExemptions([]))

    /// One proxy for all requests but those to exempt hosts.
    package init(_ proxy: HTTPProxy, except exempt: ProxyExemptions) {
        self.init(plain: .success(proxy), secure: .success(proxy), exempt: exempt)
    }

    /// What `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say.
    ///
    /// As libcurl reads them: lower case goes first, `HTTP_PROXY` does not count, an empty value is none.
    /// - Parameter exempt: in place of `no_proxy`.
    /// - Source: libcurl-env(3).
    package init(environment: [String: String], except exempt: ProxyExemptions? = nil) {
        func proxy(_ names: String...) -> Result<HTTPProxy, HTTPError>? {
            let given = names.lazy.compactMap { name in
                environment[name].flatMap { $0.isEmpty ? nil : (name, $0) }
            }
            return given.first.map { name, text in
                Result { () throws(HTTPError) in try HTTPProxy(text) }.mapError {
                    HTTPError(.badProxy, at: nil, "the environment variable \(name): \($0.detail)")
                }
            }
        }
        let listed = environment["no_proxy"].flatMap { $0.isEmpty ? nil : $0 } ?? environment["NO_PROXY"] ?? ""
        self.init(
            plain: proxy("http_proxy", "all_proxy", "ALL_PROXY"),
            secure: proxy("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
            exempt: exempt ?? ProxyExemptions(listed.split { $0 == "," || $0 == " " }.map(String.init)))
    }

    private init(
        plain: Result<HTTPProxy, HTTPError>?, secure: Result<HTTPProxy, HTTPError>?, exempt: ProxyExemptions
    ) {
        self.plain = plain
        self.secure = secure
        self.exempt = exempt
    }

    /// The proxy for a request to `url`; nil to connect directly.
    ///
    /// - Throws: `.badProxy` when the environment names one that makes no sense.
    package func proxy(for url: HTTPURL) throws(HTTPError) -> HTTPProxy? {
        guard let choice = url.scheme == "https" ? secure : plain, !exempt.contains(url.host) else { return nil }
        return try choice.get()
    }
}

extension ProxyChoice: Equatable {
    /// Whether both lead every request the same way. One that makes no sense is like no other.
    package static func == (one: ProxyChoice, other: ProxyChoice) -> Bool {
        one.exempt == other.exempt && isSame(one.plain, other.plain) && isSame(one.secure, other.secure)
    }

    private static func isSame(_ one: Result<HTTPProxy, HTTPError>?, _ other: Result<HTTPProxy, HTTPError>?) -> Bool {
        switch (one, other) {
        case (nil, nil): true
        case (.success(let one), .success(let other)): one == other
        default: false
        }
    }
}
