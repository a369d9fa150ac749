package import Model

extension S3Backend {
    /// Goes to the server with an unsigned request first, whose answer does not matter; looks for credentials; then
    /// lists one page.
    package func test(_ selection: FileSelection, report: @Sendable (ConnectionStep) -> Void) async {
        let location = location
        let url = HTTPURL(scheme: location.scheme, host: location.host, port: location.port)
        let answer = await client.examine(
            HTTPRequest(.head, url), answer: .bucket, doing: "reach bucket \(location.shown)", report: report)
        guard answer != nil else { return }
        // A person waits, and is not served by a failure that is tried again and again.
        let once = retrying(.once)
        let clock = ContinuousClock()
        var start = clock.now
        let asker: CredentialFinding
        do {
            asker = try await once.asker()
        } catch {
            // Whatever its cause, it is about who hands out credentials, not about the bucket's server.
            report(ConnectionStep(.credentials, clock.now - start, .failure(BackendError(of: error))))
            return
        }
        let looking = clock.now - start
        start = clock.now
        do {
            // One signed request tells all of it: S3 looks at the signature, then at the bucket, then at the keys.
            let page = try await once.firstPage(selection)
            report(ConnectionStep(.credentials, looking, .success(asker.shown)))
            report(ConnectionStep(.bucket, clock.now - start, .success(once.location.shown)))
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
                report(ConnectionStep(.credentials, looking, .success(asker.shown)))
            }
            report(ConnectionStep(name, clock.now - start, .failure(error)))
        }
    }
}
