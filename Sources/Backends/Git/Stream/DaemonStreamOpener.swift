private import Glibc
internal import Model

/// Opens streams to a `git daemon`, over a plain socket.
struct DaemonStreamOpener: StreamOpener {
    let address: DaemonAddress
    let limits: StreamLimits

    var shown: String { address.description }

    func open(
        doing: String, bell: WakeUp, observe: (@Sendable (StreamProgress) -> Void)?
    ) throws(GitFailure) -> GitStream {
        let socket = try Self.connect(
            host: address.host, port: address.port ?? DaemonAddress.standardPort, within: limits.connect,
            doing: "\(doing) \"\(shown)\"", bell, observe)
        let stream = GitStream(socket: socket, shown: shown, limits: limits)
        // The request is short, and a new connection takes it whole.
        let request = address.request
        let count = request.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count == request.count else {
            throw GitStream.lost("cannot \(doing): the connection to \"\(shown)\" broke")
        }
        return stream
    }

    /// Tries one address of the host after another.
    private static func connect(
        host: String, port: Int, within limit: Duration, doing: String, _ bell: WakeUp,
        _ observe: (@Sendable (StreamProgress) -> Void)?
    ) throws(GitFailure) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = Int32(AI_ADDRCONFIG)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0, let list else {
            let error = BackendError(
                .connection, "cannot \(doing): its host has no address (\(String(cString: gai_strerror(code))))",
                advice: "check the host name and this machine's DNS", retry: .soon)
            throw GitFailure(error, retry: .soon)
        }
        defer { freeaddrinfo(list) }
        var progress = StreamProgress()
        progress.pass(.resolve, "\(host) has an address", next: .connect)
        observe?(progress)
        defer { observe?(progress) }
        let end = ContinuousClock.now + limit
        var reason = "no address"
        var next: UnsafeMutablePointer<addrinfo>? = list
        while let place = next?.pointee {
            next = place.ai_next
            let socket = Glibc.socket(
                place.ai_family, place.ai_socktype | Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
            guard socket >= 0 else {
                if let shortage = SystemShortage(errno) {
                    throw GitFailure(
                        .local, "cannot \(doing): no connection (\(shortage.clause))", advice: shortage.advice)
                }
                continue
            }
            var failure = Glibc.connect(socket, place.ai_addr, place.ai_addrlen) == 0 ? 0 : errno
            if failure == EINPROGRESS { failure = try result(of: socket, before: end, doing: doing, bell) }
            if failure == 0 {
                progress.pass(.connect, "somebody listens", next: .repository)
                return socket
            }
            close(socket)
            reason = String(cString: strerror(failure))
        }
        let error = BackendError(
            .connection, "cannot \(doing): no connection (\(reason))", advice: "check host, port and firewall",
            retry: .soon)
        throw GitFailure(error, retry: .soon)
    }

    /// The error number of a connection that is under way, 0 when it stands.
    private static func result(
        of socket: Int32, before end: ContinuousClock.Instant, doing: String, _ bell: WakeUp
    ) throws(GitFailure) -> Int32 {
        while true {
            var ready = [
                pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: socket, events: Int16(POLLOUT), revents: 0),
            ]
            _ = poll(&ready, 2, 100)
            if ready[0].revents != 0 {
                close(socket)
                throw GitFailure(.connection, "cannot \(doing): it was cancelled")
            }
            if ready[1].revents != 0 {
                var failure: Int32 = 0
                var length = socklen_t(4)
                getsockopt(socket, SOL_SOCKET, SO_ERROR, &failure, &length)
                return failure
            }
            if ContinuousClock.now > end {
                close(socket)
                throw GitStream.timeout(
                    "cannot \(doing): connecting took too long",
                    advice: "check host, port and firewall, or raise `connect_timeout`")
            }
        }
    }
}
