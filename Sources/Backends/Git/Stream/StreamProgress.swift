internal import Model

/// How far the way to a server has been gone.
struct StreamProgress: Sendable {
    /// The steps behind, each with what was found and when it ended.
    private(set) var passed: [(name: ConnectionStep.Name, found: String, end: ContinuousClock.Instant)] = []
    /// The step that is being taken, or failed.
    var next = ConnectionStep.Name.resolve

    mutating func pass(
        _ name: ConnectionStep.Name, _ found: String, at end: ContinuousClock.Instant = .now,
        next: ConnectionStep.Name
    ) {
        passed.append((name, found, end))
        self.next = next
    }

    /// The step to which an error belongs that ended the way.
    func failing(with cause: BackendError.Cause) -> ConnectionStep.Name {
        switch cause {
        // What is wrong with a jump host is a step of its own.
        case _ where next == .proxy: .proxy
        case .settings, .local, .proxy, .credentials, .hostKey: ConnectionStep.Name(of: cause, otherwise: .settings)
        default: next
        }
    }
}

extension StreamGitTransport {
    func test(report: @Sendable (ConnectionStep) -> Void) async -> Bool {
        let start = ContinuousClock.now
        let (progress, failure) = await introduce()
        var last = start
        for (name, found, end) in progress.passed {
            report(ConnectionStep(name, max(.zero, end - last), .success(found)))
            last = max(last, end)
        }
        let time = max(.zero, ContinuousClock.now - last)
        if let failure {
            let error = failure.error
            report(ConnectionStep(progress.failing(with: error.cause), time, .failure(error)))
            return false
        }
        report(ConnectionStep(.repository, time, .success("git speaks version \(versionSpoken) of its protocol")))
        return true
    }
}
