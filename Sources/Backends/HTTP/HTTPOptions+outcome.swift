internal import CCurl

/// What libcurl knows of a transfer once it is over.
extension HTTPOptions {
    /// The error that `code` stands for.
    ///
    /// - Parameters:
    ///   - message: libcurl's own; it holds no secret.
    ///   - isConnected: whether something was seen to be sent. libcurl's own timer starts after TLS.
    /// - Source: libcurl-errors(3).
    func error(_ code: CURLcode, _ message: String = "", isConnected: Bool = false) -> HTTPError {
        // libcurl's own limit of 100 KiB to one line has no code of its own.
        if code == CURLE_OUT_OF_MEMORY, time(CURLINFO_PRETRANSFER_TIME_T) != nil, bodySize() == 0 {
            return HTTPError(.notHTTP, at: url, "a line of its header is too long")
        }
        let text = message.isEmpty ? String(cString: curl_easy_strerror(code)) : message
        return HTTPError(kind(of: code, text, isConnected), at: url, text)
    }

    private func kind(of code: CURLcode, _ message: String, _ isConnected: Bool) -> HTTPError.Kind {
        if let proxy, let kind = proxyFault(code, message, isConnected) {
            return .proxy(ProxyFault(kind: kind, proxy: proxy.shown))
        }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .cannotResolve
        case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED: return .cannotConnect
        case CURLE_OPERATION_TIMEDOUT: return timeout()
        case _ where Self.isAboutTLS(code): return .tls(tlsFault(code, message))
        case CURLE_PARTIAL_FILE: return .truncated
        case CURLE_URL_MALFORMAT: return .badURL
        // The unsupported protocol is HTTP/0.9, which is what an answer without a status line is taken for.
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_UNSUPPORTED_PROTOCOL: return .notHTTP
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT: return .outOfMemory
        case CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION: return .badRequest
        default:
            // TLS 1.3 tells only after the handshake that a client certificate was missing or is not taken.
            guard url.scheme == "https",
                let fault = TLSFault.faultOfAlert(in: message, hasIdentity: settings.tls.identity(for: url) != nil)
            else { return .connectionLost }
            return .tls(fault)
        }
    }

    private static func isAboutTLS(_ code: CURLcode) -> Bool {
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_USE_SSL_FAILED:
            true
        default: false
        }
    }

    private func tlsFault(_ code: CURLcode, _ message: String, proxy: Bool = false) -> TLSFault {
        // Where nothing is verified, the verdict is there all the same and is not why it failed.
        let verdict = proxy ? CURLINFO_PROXY_SSL_VERIFYRESULT : CURLINFO_SSL_VERIFYRESULT
        let isVerified = proxy || settings.tls.isVerified
        return TLSFault(
            code, verification: isVerified ? number(verdict) : 0, message: message,
            hasIdentity: !proxy && settings.tls.identity(for: url) != nil)
    }

    /// What an answer says of TLS; nil when it is about something else.
    ///
    /// nginx lets the handshake succeed without a client certificate and answers with a page; several servers tell
    /// in plain text who speaks to their TLS port without.
    /// - Source: nginx, ngx_http_special_response.c: its statuses 495, 496 and 497, sent as 400; Apache,
    ///   ssl_engine_kernel.c; Go, net/http/server.go.
    func tlsFault(in response: HTTPResponse) -> TLSFault? {
        guard response.status == 400 else { return nil }
        let page = String(decoding: response.refusal.prefix(1_000), as: UTF8.self)
        guard url.scheme == "https" else {
            let complaints = [
                "plain HTTP request was sent to HTTPS port", "speaking plain HTTP to an SSL-enabled server port",
                "Client sent an HTTP request to an HTTPS server",
            ]
            return complaints.contains { page.contains($0) } ? .onlyTLS : nil
        }
        if page.contains("No required SSL certificate was sent") { return .certificateDemanded }
        return page.contains("The SSL certificate error") ? .certificateRefused : nil
    }

    /// What the error says of the proxy; nil when it is not the proxy's.
    private func proxyFault(_ code: CURLcode, _ message: String, _ isConnected: Bool) -> ProxyFault.Kind? {
        guard let proxy else { return nil }
        let hasCredentials = proxy.userInfo != nil
        // What is sent through a SOCKS proxy goes to the server; to another one, perhaps to itself.
        let isConnected = isConnected && !proxy.speaksHTTP || time(CURLINFO_CONNECT_TIME_T) != nil
        let needsTunnel = proxy.speaksHTTP && url.scheme == "https"
        // What an HTTP proxy answered to CONNECT; 0 until it has.
        let status = needsTunnel ? number(CURLINFO_HTTP_CONNECTCODE) : 0
        let isThrough = needsTunnel ? status / 100 == 2 : isConnected
        switch code {
        case CURLE_COULDNT_RESOLVE_PROXY: return .unresolved
        case CURLE_COULDNT_RESOLVE_HOST where !isConnected && proxy.kind != .socks5: return .unresolved
        case CURLE_PROXY: return ProxyFault.kind(socks: number(CURLINFO_PROXY_ERROR), hasCredentials: hasCredentials)
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: return .unreachable
        case CURLE_OPERATION_TIMEDOUT: return isThrough || timeout() != .connectTimedOut ? nil : .timedOut
        case CURLE_OUT_OF_MEMORY, CURLE_SSL_CERTPROBLEM: return nil
        case _ where status == 407 || status == 401: return hasCredentials ? .credentialsRefused : .credentialsMissing
        case _ where status >= 300: return .refused(status: status)
        case _ where proxy.kind == .https && !(needsTunnel && isThrough) && Self.isAboutTLS(code):
            return .tls(tlsFault(code, message, proxy: true))
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_WEIRD_SERVER_REPLY,
            CURLE_UNSUPPORTED_PROTOCOL:
            return needsTunnel && !isThrough ? .malformed : nil
        default: return nil
        }
    }

    /// What an answer says of the proxy that a plain request went through; nil when it is the server's own.
    func proxyFault(in response: HTTPResponse) -> ProxyFault? {
        guard let proxy, url.scheme == "http", response.status == 407 else { return nil }
        return ProxyFault(kind: proxy.userInfo == nil ? .credentialsMissing : .credentialsRefused, proxy: proxy.shown)
    }

    /// libcurl has one code for three timeouts: which one it was shows in how far the transfer got.
    private func timeout() -> HTTPError.Kind {
        // libcurl's timers go off up to some milliseconds early.
        if let total = settings.totalTimeout, let ended = time(CURLINFO_TOTAL_TIME_T),
            ended + .milliseconds(50) >= total
        {
            return .timedOut
        }
        return time(CURLINFO_PRETRANSFER_TIME_T) == nil ? .connectTimedOut : .stalled
    }

    func bodySize() -> Int64 {
        var size: curl_off_t = 0
        return ccurl_get_off(handle, CURLINFO_SIZE_DOWNLOAD_T, &size) == CURLE_OK ? Int64(size) : 0
    }

    /// How far the transfer got.
    func trace() -> HTTPTrace {
        var trace = HTTPTrace(to: url, through: proxy)
        trace.resolved = time(CURLINFO_NAMELOOKUP_TIME_T)
        trace.connected = time(CURLINFO_CONNECT_TIME_T)
        trace.secured = time(CURLINFO_APPCONNECT_TIME_T)
        trace.ready = time(CURLINFO_PRETRANSFER_TIME_T)
        trace.answered = time(CURLINFO_STARTTRANSFER_TIME_T)
        trace.ended = time(CURLINFO_TOTAL_TIME_T) ?? .zero
        var address: UnsafeMutablePointer<CChar>?
        if ccurl_get_string(handle, CURLINFO_PRIMARY_IP, &address) == CURLE_OK, let address, address.pointee != 0 {
            trace.address = "\(String(cString: address)) port \(number(CURLINFO_PRIMARY_PORT))"
        }
        trace.certificate = certificate()
        return trace
    }

    /// The server's own certificate, if the transfer was examined.
    private func certificate() -> HTTPTrace.Certificate? {
        guard let info = ccurl_get_certificates(handle), info.pointee.num_of_certs > 0 else { return nil }
        var fields: [Substring: String] = [:]
        var line = info.pointee.certinfo[0]
        while let entry = line {
            let text = String(cString: entry.pointee.data)
            if let colon = text.firstIndex(of: ":") {
                fields[text[..<colon]] = String(text[text.index(after: colon)...])
            }
            line = entry.pointee.next
        }
        return fields["Subject"].map { HTTPTrace.Certificate(subject: $0, expiry: fields["Expire date"] ?? "") }
    }

    private func number(_ info: CURLINFO) -> Int {
        var value = 0
        return ccurl_get_long(handle, info, &value) == CURLE_OK ? value : 0
    }

    /// Nil when it did not come to that.
    private func time(_ info: CURLINFO) -> Duration? {
        var microseconds: curl_off_t = 0
        guard ccurl_get_off(handle, info, &microseconds) == CURLE_OK, microseconds > 0 else { return nil }
        return .microseconds(microseconds)
    }
}
