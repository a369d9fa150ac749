internal import Model

extension HTTPClient {
    /// Sends one request on a connection of its own and reports each step of its way.
    ///
    /// - Parameters:
    ///   - answer: the step that fails when the way is free and no complete answer comes.
    ///   - doing: what the request is for, as in `cannot DOING: ...`.
    /// - Returns: the answer, whatever its status, and how long it took once the way was free; nil when a step failed,
    ///   which was reported.
    func examine(
        _ request: HTTPRequest, answer: ConnectionStep.Name, doing: String,
        report: @Sendable (ConnectionStep) -> Void, head: @escaping Head = { _ in }
    ) async -> (response: HTTPResponse, time: Duration)? {
        var request = request
        request.isExamined = true
        do throws(HTTPError) {
            let response = try await send(request, head: head) { _ in }
            let steps = response.trace?.steps ?? []
            steps.forEach { report($0) }
            return (response, response.trace?.rest(after: steps) ?? .zero)
        } catch {
            // A closure of the caller's threw: its error says more than ours.
            let failure = (error.cause as? GitFailure)?.error ?? error.backendError(doing: doing)
            let name: ConnectionStep.Name? = error.trace.map { $0.failing(with: error.kind) } ?? .settings
            let passed = error.trace.map { $0.steps.prefix { $0.name != name } } ?? []
            passed.forEach { report($0) }
            report(ConnectionStep(name ?? answer, error.trace?.rest(after: passed) ?? .zero, .failure(failure)))
            return nil
        }
    }
}

extension HTTPTrace {
    /// The steps that the request got through, in order.
    var steps: [ConnectionStep] {
        var steps: [ConnectionStep] = []
        if let proxy {
            guard let there = needsTunnel ? tunnelled : connected else { return [] }
            steps.append(ConnectionStep(.proxy, there, .success("through \(proxy.shown)")))
        } else {
            guard let resolved else { return steps }
            steps.append(ConnectionStep(.resolve, resolved, .success(resolution)))
            guard let connected else { return steps }
            steps.append(ConnectionStep(.connect, max(.zero, connected - resolved), .success("\(address)")))
        }
        if destination.scheme == "https", let start = tunnelled ?? connected, let secured, isThere {
            steps.append(ConnectionStep(.tls, max(.zero, secured - start), .success(trust)))
        }
        return steps
    }

    private var needsTunnel: Bool { proxy?.speaksHTTP == true && destination.scheme == "https" }

    func rest(after steps: some Sequence<ConnectionStep>) -> Duration {
        max(.zero, steps.reduce(ended) { $0 - $1.duration })
    }

    /// The step that an error belongs to, by its kind and by how far the request got; nil when the way was free.
    func failing(with kind: HTTPError.Kind) -> ConnectionStep.Name? {
        switch kind {
        case .badURL, .badRequest, .badProxy, .outOfMemory, .shortage: .settings
        case .cannotResolve: .resolve
        case .proxy: .proxy
        case .tls(.unusable): .settings
        case .tls: .tls
        case .cannotConnect: .connect
        case .connectTimedOut, .timedOut, .stalled, .connectionLost, .truncated, .notHTTP, .cancelled:
            isThere
                ? nil : proxy == nil && resolved == nil ? .resolve : connected == nil ? place(.connect) : place(.tls)
        case .tooLarge, .tooManyRedirects, .redirectRefused, .stoppedByReceiver: nil
        }
    }

    private func place(_ name: ConnectionStep.Name) -> ConnectionStep.Name? {
        switch name {
        case .connect: proxy == nil ? .connect : .proxy
        default: destination.scheme == "https" ? .tls : nil
        }
    }

    private var resolution: String {
        let host = destination.host
        let number = address.prefix { $0 != " " }
        return "[\(number)]" == host || number == host ? "\(host) is an address" : "\(host) is \(number)"
    }

    private var trust: String {
        guard let certificate else { return "encrypted" }
        return "\(EscapedName(certificate.subject)), valid until \(EscapedName(certificate.expiry))"
    }
}
