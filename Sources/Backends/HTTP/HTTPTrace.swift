/// How far one request got on its way, and when; times count from its start.
package struct HTTPTrace: Sendable {
    /// Where to, as in a message: without path.
    package let destination: HTTPURL
    package let proxy: HTTPProxy?
    /// Each nil when the request did not get so far.
    package var resolved: Duration?
    package var connected: Duration?
    /// An HTTP proxy has connected on to the server.
    package var tunnelled: Duration?
    package var secured: Duration?
    /// Everything is there for the request to be sent.
    package var ready: Duration?
    /// The first byte of the answer.
    package var answered: Duration?
    package var ended = Duration.zero
    /// Of the server or the proxy, with the port.
    package var address = ""
    package var certificate: Certificate?

    /// What the server showed of itself.
    package struct Certificate: Sendable, Equatable {
        package let subject: String
        /// As OpenSSL writes it, such as `Nov 21 10:00:00 2026 GMT`.
        package let expiry: String
    }

    init(to destination: HTTPURL, through proxy: HTTPProxy?) {
        self.destination = destination
        self.proxy = proxy
    }

    /// Whether the connection to the server is there, and its TLS if it has any.
    var isThere: Bool { destination.scheme == "https" ? secured != nil && ready != nil : ready != nil }
}
