package import Model

extension HTTPError {
    /// This error as the port's.
    ///
    /// - Parameter doing: what failed, as in `cannot DOING: ...`; the address need not be in it.
    package func backendError(doing: String) -> BackendError {
        if let cause = cause as? BackendError { return cause }
        return BackendError(
            backendCause, "cannot \(doing): \(description)", advice: adviceForPerson,
            retry: retry == .never ? .never : .soon)
    }

    private var backendCause: BackendError.Cause {
        switch kind {
        case .badURL, .badRequest, .badProxy, .tls(.unusable): .settings
        case .cannotResolve, .cannotConnect, .connectionLost, .truncated, .cancelled: .connection
        case .connectTimedOut, .timedOut, .stalled: .timeout
        case .tls: .encryption
        case .proxy: .proxy
        case .notHTTP, .tooLarge, .tooManyRedirects, .redirectRefused, .stoppedByReceiver: .malformed
        case .outOfMemory, .shortage: .local
        }
    }

    private var adviceForPerson: String? {
        switch kind {
        case .cannotResolve: "check the host name and this machine's DNS"
        case .cannotConnect: "check host, port and firewall, and whether a `proxy` is needed"
        case .connectTimedOut:
            "check host, port and firewall, and whether a `proxy` is needed; or give it longer with `connect_timeout`"
        case .connectionLost where url.hasPrefix("http:") && trace?.answered == nil:
            "if it goes on, see whether the server wants https:// at this port"
        case .connectionLost where url.hasPrefix("https:") && trace?.answered == nil:
            "if it goes on, see whether the server demands a client certificate: `tls_client_certificate`"
        case .stalled: "if it is only slow, raise `stall_time` or lower `stall_speed`"
        case .timedOut: "if it only needs longer, raise `total_timeout`"
        case .badProxy: "set `proxy` to http://HOST:PORT, or to none"
        case .proxy(let fault): fault.advice
        case .tls(let fault): fault.advice
        case .redirectRefused: "set the source's URL to where it leads, if you trust that place"
        case .badURL: "write it as https://HOST/PATH"
        case .tooManyRedirects: "set the source's URL to where it should lead in the end, and have the redirects mended"
        case .notHTTP where url.hasPrefix("http:"):
            "check the port; if the server speaks TLS there, write https:// in the URL"
        case .notHTTP: "check the port: something else than a web server answers there"
        case .outOfMemory: "give this machine more memory, or run fewer programs on it"
        case .shortage(let shortage): shortage.advice
        case .badRequest, .connectionLost, .truncated, .tooLarge, .stoppedByReceiver, .cancelled: nil
        }
    }
}
