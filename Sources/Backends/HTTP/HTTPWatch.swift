internal import CCurl

/// Notes when a transfer comes past the marks that libcurl has no timer for, or sets too late: a timer of a step is
/// only set once all steps of connecting are done.
struct HTTPWatch {
    private let start = ContinuousClock.now
    private(set) var connected: Duration?
    private var tunnelled: Duration?
    private var hasSentHeader = false

    /// - Parameter event: what libcurl did just now.
    mutating func note(_ event: curl_infotype) {
        guard event == CURLINFO_SSL_DATA_OUT || event == CURLINFO_HEADER_OUT else { return }
        let time = ContinuousClock.now - start
        connected = connected ?? time
        // TLS that follows a header is the server's: the header was a CONNECT.
        if event == CURLINFO_SSL_DATA_OUT, hasSentHeader, tunnelled == nil { tunnelled = time }
        if event == CURLINFO_HEADER_OUT { hasSentHeader = true }
    }

    func completed(_ trace: HTTPTrace) -> HTTPTrace {
        var trace = trace
        trace.connected = connected ?? trace.connected
        if let proxy = trace.proxy, proxy.speaksHTTP, trace.destination.scheme == "https" {
            trace.tunnelled = tunnelled
        }
        return trace
    }
}
