internal import CCurl

/// The funnel to libcurl's options: sets and reads those of one easy handle, and turns its codes into errors.
struct HTTPOptions {
    let handle: UnsafeMutableRawPointer
    /// Named in errors.
    let url: HTTPURL

    func set(_ option: CURLoption, _ value: Int) throws(HTTPError) {
        try check(ccurl_set_long(handle, option, value))
    }
    func set(_ option: CURLoption, _ value: String) throws(HTTPError) {
        try check(ccurl_set_string(handle, option, value))
    }
    func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer) throws(HTTPError) {
        try check(ccurl_set_pointer(handle, option, pointer))
    }
    func set(_ option: CURLoption, _ callback: @escaping ccurl_data_callback) throws(HTTPError) {
        try check(ccurl_set_data_callback(handle, option, callback))
    }

    /// What holds for every transfer of a client.
    func apply(_ settings: HTTPSettings) throws(HTTPError) {
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        // One request per connection at a time: parallel transfers are to use parallel connections.
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try set(CURLOPT_PATH_AS_IS, 1)
        try set(CURLOPT_BUFFERSIZE, 65_536)
        try set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_USERAGENT, settings.userAgent)
        try set(CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeout.inMilliseconds)
        try set(CURLOPT_LOW_SPEED_LIMIT, settings.stallBytesPerSecond)
        try set(CURLOPT_LOW_SPEED_TIME, max(1, settings.stallLimit.inMilliseconds / 1_000))
        if let total = settings.totalTimeout { try set(CURLOPT_TIMEOUT_MS, total.inMilliseconds) }
        if case .none = settings.proxy { try set(CURLOPT_PROXY, "") }
    }

    /// What this request asks for.
    ///
    /// - Returns: the header list, to be freed after the transfer.
    func apply(_ request: HTTPRequest) throws(HTTPError) -> UnsafeMutablePointer<curl_slist>? {
        try set(CURLOPT_URL, request.url.text)
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

    /// - Source: libcurl-errors(3).
    func error(_ code: CURLcode, _ message: String) -> HTTPError {
        let kind: HTTPError.Kind =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .cannotResolve
            case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED: .cannotConnect
            case CURLE_OPERATION_TIMEDOUT: timeout()
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
                CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
                CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_USE_SSL_FAILED:
                .tls
            case CURLE_PARTIAL_FILE: .truncated
            case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT: .badURL
            case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: .notHTTP
            case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT: .outOfMemory
            case CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION: .badRequest
            default: .connectionLost
            }
        let text = message.isEmpty ? String(cString: curl_easy_strerror(code)) : message
        return HTTPError(kind, at: url, text)
    }

    func bodySize() -> Int64 {
        var size: curl_off_t = 0
        return ccurl_get_off(handle, CURLINFO_SIZE_DOWNLOAD_T, &size) == CURLE_OK ? Int64(size) : 0
    }

    /// libcurl has one code for three timeouts: which one it was shows in how far the transfer got.
    private func timeout() -> HTTPError.Kind {
        var begun: curl_off_t = 0
        guard ccurl_get_off(handle, CURLINFO_PRETRANSFER_TIME_T, &begun) == CURLE_OK, begun > 0 else {
            return .connectTimedOut
        }
        return .stalled
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
        guard code == CURLE_OK else { throw error(code, "") }
    }
}

extension Duration {
    fileprivate var inMilliseconds: Int {
        Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
