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
        case ref
        case bucket
        case folder
        case signature
        /// One page of it.
        case listing
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
}

extension Backend {
    package func test(_ selection: FileSelection, report: @Sendable (ConnectionStep) -> Void) async {
        await testListing(selection, report: report)
    }

    /// For a backend that has no more to tell: one page of its listing.
    package func testListing(_ selection: FileSelection, report: @Sendable (ConnectionStep) -> Void) async {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            let snapshot = try await snapshot(selection)
            do {
                let page = try await snapshot.nextPage()
                await snapshot.close()
                let count = page?.files.count ?? 0
                report(ConnectionStep(.listing, clock.now - start, .success("\(count) files on the first page")))
            } catch {
                await snapshot.close()
                throw error
            }
        } catch {
            let cause = error as? BackendError ?? BackendError(.local, "cannot list the remote: \(error)")
            report(ConnectionStep(.listing, clock.now - start, .failure(cause)))
        }
    }
}
