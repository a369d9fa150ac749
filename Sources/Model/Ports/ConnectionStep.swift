/// One step of the way to a remote, as ``Backend/test(_:report:)`` went it.
package struct ConnectionStep: Sendable {
    package enum Name: String, Sendable, CaseIterable {
        case settings
        /// The host's name has an address.
        case resolve
        case proxy
        /// Somebody listens.
        case connect
        case tls
        case hostKey = "host_key"
        case credentials
        /// What answers is a repository.
        case repository
        case ref
        case bucket
        case folder
        case signature
        /// One page of it.
        case listing
        /// The server of a repository's large files answers.
        case largeFiles = "large_files"
        /// Every submodule that is to be followed can be listed.
        case submodules

        /// The step that an error of this cause belongs to; `otherwise` when the cause does not tell.
        package init(of cause: BackendError.Cause, otherwise: Name) {
            self =
                switch cause {
                case .settings: .settings
                case .encryption: .tls
                case .proxy: .proxy
                case .hostKey: .hostKey
                case .credentials: .credentials
                case .signature: .signature
                case .connection, .timeout, .notFound, .unavailable, .malformed, .local: otherwise
                }
        }
    }

    package let name: Name
    package let duration: Duration
    /// What was found, for a person and without secrets; or why the step failed.
    package let outcome: Result<String, BackendError>

    package init(_ name: Name, _ duration: Duration, _ outcome: Result<String, BackendError>) {
        self.name = name
        self.duration = duration
        self.outcome = outcome
    }

    package var hasFailed: Bool {
        if case .failure = outcome { true } else { false }
    }

    /// Takes a step: runs `body`, which says what it found, and reports it.
    ///
    /// - Parameter name: of the step; an error whose cause tells a better one is reported under that.
    /// - Returns: what `body` gives besides, or nil when it failed.
    package static func take<Value>(
        _ name: Name, isolation: isolated (any Actor)? = #isolation, report: @Sendable (ConnectionStep) -> Void,
        _ body: () async throws -> (found: String, value: Value)
    ) async -> Value? {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            let (found, value) = try await body()
            report(ConnectionStep(name, clock.now - start, .success(found)))
            return value
        } catch {
            let cause = BackendError(of: error)
            let place = Name(of: cause.cause, otherwise: name)
            report(ConnectionStep(place, clock.now - start, .failure(cause)))
            return nil
        }
    }
}

extension BackendError {
    /// Any error that a backend threw, as the port's.
    package init(of error: any Error) {
        switch error {
        case let error as BackendError: self = error
        case is CancellationError: self.init(.local, "interrupted", advice: "run it again")
        default: self.init(.local, "cannot look at the remote: \(error)")
        }
    }
}

extension Backend {
    /// For a backend that has no more to tell: one page of its listing.
    package func test(_ selection: FileSelection, report: @Sendable (ConnectionStep) -> Void) async {
        await testListing(selection, report: report)
    }

    /// The last step of every way: one page of the listing.
    ///
    /// - Returns: false when it failed.
    @discardableResult
    package func testListing(
        _ selection: FileSelection, report: @Sendable (ConnectionStep) -> Void
    ) async -> Bool {
        await ConnectionStep.take(.listing, report: report) {
            (try await firstPage(selection).summary, true)
        } ?? false
    }

    /// The first page of the listing; empty when there is none.
    package func firstPage(_ selection: FileSelection) async throws -> RemotePage {
        let snapshot = try await snapshot(selection)
        do {
            let page = try await snapshot.nextPage()
            await snapshot.close()
            return page ?? RemotePage()
        } catch {
            await snapshot.close()
            throw error
        }
    }
}

extension RemotePage {
    /// For a person: how much is on it.
    package var summary: String {
        let files = "\(files.count) \(files.count == 1 ? "file" : "files")"
        let problems = problems.isEmpty ? "" : ", \(problems.count) that cannot be replicated"
        return "\(files)\(problems) on the first page"
    }
}
