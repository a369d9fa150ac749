package import Model

extension S3Backend {
    /// Goes to the server with an unsigned request first, whose answer does not matter, then lists one page.
    package func test(_ selection: FileSelection, report: @Sendable (ConnectionStep) -> Void) async {
        let location = requests.location
        let url = HTTPURL(scheme: location.scheme, host: location.host, port: location.port)
        let answer = await client.examine(
            HTTPRequest(.head, url), answer: .bucket, doing: "reach bucket \(location.shown)", report: report)
        guard answer != nil else { return }
        var once = self
        // A person waits, and is not served by a failure that is tried again and again.
        once.retry = S3Retry(policy: RetryPolicy(attempts: 1))
        let clock = ContinuousClock()
        let start = clock.now
        do {
            // One signed request tells all of it: S3 looks at the signature, then at the bucket, then at the keys.
            let page = try await once.firstPage(selection)
            report(ConnectionStep(.credentials, clock.now - start, .success("accepted, or none needed")))
            report(ConnectionStep(.bucket, .zero, .success(location.shown)))
            report(ConnectionStep(.listing, .zero, .success(page.summary)))
        } catch {
            let error = BackendError(of: error)
            let name: ConnectionStep.Name =
                switch error.cause {
                // Of S3 these are about where the bucket is.
                case .settings, .notFound, .unavailable: .bucket
                case .malformed: .listing
                default: ConnectionStep.Name(of: error.cause, otherwise: .listing)
                }
            if name == .bucket, error.cause == .notFound {
                report(ConnectionStep(.credentials, .zero, .success("accepted, or none needed")))
            }
            report(ConnectionStep(name, clock.now - start, .failure(error)))
        }
    }
}
