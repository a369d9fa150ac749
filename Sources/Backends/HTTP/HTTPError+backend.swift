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
        case .badURL, .badRequest: .settings
        case .cannotResolve, .cannotConnect, .connectionLost, .truncated, .cancelled: .connection
        case .connectTimedOut, .timedOut, .stalled: .timeout
        case .tls: .encryption
        case .notHTTP, .tooLarge, .tooManyRedirects, .redirectRefused, .stoppedByReceiver: .malformed
        case .outOfMemory: .local
        }
    }

    private var adviceForPerson: String? {
        switch kind {
        case .cannotResolve: "check the host name and this machine's DNS"
        case .cannotConnect, .connectTimedOut: "check host, port, firewall and proxy"
        case .tls: "check the server's certificate and the authorities this machine trusts"
        case .redirectRefused: "set the source's URL to where it leads, if you trust that place"
        default: nil
        }
    }
}
