internal import CCurl

/// The funnel to libcurl's options: sets and reads those of one easy handle, and turns its codes into errors.
struct HTTPOptions {
    let handle: UnsafeMutableRawPointer
    /// Named in errors.
    let url: HTTPURL
    let settings: HTTPSettings
    /// What the transfer goes through.
    let proxy: HTTPProxy?

    func set(_ option: CURLoption, _ value: Int) throws(HTTPError) {
        try check(ccurl_set_long(handle, option, value))
    }
    func set(_ option: CURLoption, _ value: String) throws(HTTPError) {
        try check(ccurl_set_string(handle, option, value))
    }
    /// Takes a copy of the text's bytes.
    func set(_ option: CURLoption, blob: String) throws(HTTPError) {
        var blob = blob
        try check(blob.withUTF8 { ccurl_set_blob(handle, option, $0.baseAddress, $0.count) })
    }
    func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer) throws(HTTPError) {
        try check(ccurl_set_pointer(handle, option, pointer))
    }
    /// Calls `callback` with what goes on below HTTP; its context is that of CURLOPT_DEBUGDATA.
    func watch(_ callback: @escaping curl_debug_callback) throws(HTTPError) {
        try check(ccurl_set_debug_callback(handle, callback))
        try set(CURLOPT_VERBOSE, 1)
    }
    /// Has `callback` make each socket; its context is that of CURLOPT_OPENSOCKETDATA.
    func makeSockets(_ callback: @escaping curl_opensocket_callback) throws(HTTPError) {
        try check(ccurl_set_socket_callback(handle, callback))
    }
    func set(_ option: CURLoption, _ callback: @escaping ccurl_data_callback) throws(HTTPError) {
        try check(ccurl_set_data_callback(handle, option, callback))
    }

    /// What holds for every transfer of a client.
    func applySettings() throws(HTTPError) {
        try set(CURLOPT_NOSIGNAL, 1)
        // Or a cancelled transfer waits for a name server that does not answer.
        try set(CURLOPT_QUICK_EXIT, 1)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        // One request per connection at a time: parallel transfers are to use parallel connections.
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try set(CURLOPT_PATH_AS_IS, 1)
        try set(CURLOPT_BUFFERSIZE, 65_536)
        try set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_USERAGENT, settings.userAgent)
        try set(CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeout.inMilliseconds)
        try set(CURLOPT_LOW_SPEED_LIMIT, settings.stallBytesPerSecond)
        try set(CURLOPT_LOW_SPEED_TIME, max(1, (settings.stallLimit.inMilliseconds + 999) / 1_000))
        if let total = settings.totalTimeout { try set(CURLOPT_TIMEOUT_MS, total.inMilliseconds) }
        try apply(settings.tls)
        try applyProxy()
    }

    private func apply(_ tls: TLSSettings) throws(HTTPError) {
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try applyAuthorities(of: tls, CURLOPT_CAINFO, CURLOPT_CAINFO_BLOB, CURLOPT_CAPATH)
        if !tls.isVerified {
            try set(CURLOPT_SSL_VERIFYPEER, 0)
            try set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        guard let identity = tls.identity(for: url) else { return }
        try set(CURLOPT_SSLCERT_BLOB, blob: identity.certificate)
        try set(CURLOPT_SSLKEY_BLOB, blob: identity.key)
        if let password = identity.password { try set(CURLOPT_KEYPASSWD, password) }
    }

    private func applyAuthorities(
        of tls: TLSSettings, _ bundle: CURLoption, _ blob: CURLoption, _ folder: CURLoption
    ) throws(HTTPError) {
        if let place = tls.systemFolder { try set(folder, place) }
        if let place = tls.systemBundle { try set(bundle, place) }
        // In place of a bundle and beside a folder, which on Debian holds the same authorities.
        if let authorities = tls.extraAuthorities { try set(blob, blob: authorities) }
    }

    private func applyProxy() throws(HTTPError) {
        // Nothing of it is left to what libcurl finds in the environment.
        try set(CURLOPT_NOPROXY, "")
        guard let proxy else { return try set(CURLOPT_PROXY, "") }
        try set(CURLOPT_PROXY, proxy.shown)
        // Our headers are for the server: none of them goes along with a CONNECT.
        try set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
        if proxy.kind == .https {
            try set(CURLOPT_PROXY_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
            try applyAuthorities(
                of: settings.tls, CURLOPT_PROXY_CAINFO, CURLOPT_PROXY_CAINFO_BLOB, CURLOPT_PROXY_CAPATH)
        }
        guard let user = proxy.userInfo else { return }
        try set(CURLOPT_PROXYUSERNAME, user.user)
        try set(CURLOPT_PROXYPASSWORD, user.password ?? "")
        // CURLAUTH_BASIC, a macro out of Swift's reach. A choice of methods would have each request sent in vain first.
        try set(CURLOPT_PROXYAUTH, 1)
        try set(CURLOPT_SOCKS5_AUTH, 1)
    }

    /// What this request asks for.
    ///
    /// - Returns: the header list, to be freed after the transfer.
    func apply(_ request: HTTPRequest) throws(HTTPError) -> UnsafeMutablePointer<curl_slist>? {
        try set(CURLOPT_URL, request.url.text)
        if request.isExamined || request.isOnNewConnection { try set(CURLOPT_FRESH_CONNECT, 1) }
        if request.isExamined {
            try set(CURLOPT_CERTINFO, 1)
            try set(CURLOPT_FORBID_REUSE, 1)
        }
        switch request.method {
        case .get, .put: break
        case .head: try set(CURLOPT_NOBODY, 1)
        case .post:
            try set(CURLOPT_POST, 1)
            try check(ccurl_set_off(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count)))
            // libcurl copies it, for an array's buffer may move. The zero gives an empty body an address.
            try check(
                (request.body + [0]).withUnsafeBytes {
                    ccurl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress)
                })
        }
        if request.method == .put {
            // A POST of nothing by another name: a PUT without a length is refused by servers that want one.
            try set(CURLOPT_POST, 1)
            try check(ccurl_set_off(handle, CURLOPT_POSTFIELDSIZE_LARGE, 0))
            try set(CURLOPT_CUSTOMREQUEST, "PUT")
        }
        if case .basic(let user, let password) = request.credential {
            try set(CURLOPT_HTTPAUTH, 1)
            try set(CURLOPT_USERNAME, user)
            try set(CURLOPT_PASSWORD, password)
        }
        return try setHeaders(of: request)
    }

    private func setHeaders(of request: HTTPRequest) throws(HTTPError) -> UnsafeMutablePointer<curl_slist>? {
        var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        if request.method == .put { lines.append("Content-Type:") }  // It has no content.
        lines.append("Expect:")  // No pause for "100 Continue" before a long body.
        if case .bearer(let token) = request.credential { lines.append("Authorization: Bearer \(token)") }
        guard lines.allSatisfy({ !$0.utf8.contains { $0 == 13 || $0 == 10 || $0 == 0 } }) else {
            throw HTTPError(.badRequest, at: url, "a header field holds a line break")
        }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(list, line) else {
                curl_slist_free_all(list)
                throw HTTPError(.outOfMemory, at: url)
            }
            list = longer
        }
        let code = ccurl_set_list(handle, CURLOPT_HTTPHEADER, list)
        if code != CURLE_OK { curl_slist_free_all(list) }
        try check(code)
        return list
    }

    private func check(_ code: CURLcode) throws(HTTPError) {
        guard code == CURLE_OK else { throw error(code) }
    }
}

extension Duration {
    fileprivate var inMilliseconds: Int {
        Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
