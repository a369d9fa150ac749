package import Model
private import Synchronization

/// Keeps what a provider gave for as long as it is good, and fetches it anew before it expires: once, however many
/// wait for it.
package final class CredentialSupply: Sendable {
    private let provider: any CredentialProvider
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())

    private struct State {
        var known: Known?
        var flight: Flight?
        var flights = 0
    }

    private struct Known {
        let finding: CredentialFinding
        /// From then on something newer is wanted.
        var freshUntil: Timestamp

        func isUsable(at now: Timestamp) -> Bool {
            guard let expiration = finding.credentials?.expiration else { return false }
            return now < expiration
        }
    }

    /// One fetch under way.
    private struct Flight {
        let number: Int
        let task: Task<CredentialFinding, any Error>
        var waiting = 1
    }

    /// New credentials are wanted so long before the old ones expire, or when a third of their time is left if that is
    /// less: whoever began with the old ones can still finish.
    /// - Source: botocore refreshes 10 to 15 minutes before; a role's shortest time is 15 minutes.
    private static let margin = Duration.seconds(600)
    /// How long a failed refresh is left alone while the old credentials still work.
    private static let pause = Duration.seconds(60)
    /// What never expires may still be replaced where it was found, such as in a file.
    private static let longest = Duration.seconds(300)

    /// - Parameter now: decides what has expired.
    package init(_ provider: any CredentialProvider, now: @escaping @Sendable () -> Timestamp = SystemTime.now) {
        self.provider = provider
        self.now = now
    }

    /// What to ask with now.
    ///
    /// - Throws: what the provider throws, unless what it gave before still works.
    /// - Cancellation: ends a fetch that nobody else waits for.
    package func current() async throws -> CredentialFinding {
        let moment = now()
        if let known = state.withLock({ $0.known }), moment < known.freshUntil { return known.finding }
        do {
            return try await fetch()
        } catch {
            let usable = state.withLock { state -> CredentialFinding? in
                guard !(error is CancellationError), let known = state.known, known.isUsable(at: moment) else {
                    return nil
                }
                state.known?.freshUntil = moment.advanced(by: Self.pause)
                return known.finding
            }
            guard let usable else { throw error }
            return usable
        }
    }

    /// What to ask with after the server refused `credentials`; the same again when there is nothing newer.
    package func current(otherThan credentials: S3Credentials) async throws -> CredentialFinding {
        let known = state.withLock { $0.known }
        if let known, known.finding.credentials != credentials, now() < known.freshUntil { return known.finding }
        return try await fetch()
    }

    private func fetch() async throws -> CredentialFinding {
        let flight = join()
        return try await withTaskCancellationHandler {
            try await flight.task.value
        } onCancel: {
            leave(flight.number)
        }
    }

    private func join() -> Flight {
        state.withLock { state in
            if var flight = state.flight {
                flight.waiting += 1
                state.flight = flight
                return flight
            }
            state.flights += 1
            let number = state.flights
            // Not a child of whoever asks first: others wait for it too. The last one to leave cancels it.
            let task = Task {
                let result: Result<CredentialFinding, any Error>
                do { result = .success(try await self.provider.fetch()) } catch { result = .failure(error) }
                self.land(number, result)
                return try result.get()
            }
            let flight = Flight(number: number, task: task)
            state.flight = flight
            return flight
        }
    }

    private func leave(_ number: Int) {
        state.withLock { state in
            guard var flight = state.flight, flight.number == number else { return }
            flight.waiting -= 1
            state.flight = flight.waiting > 0 ? flight : nil
            if flight.waiting == 0 { flight.task.cancel() }
        }
    }

    private func land(_ number: Int, _ result: Result<CredentialFinding, any Error>) {
        let moment = now()
        state.withLock { state in
            if state.flight?.number == number { state.flight = nil }
            guard case .success(let finding) = result else { return }
            state.known = Known(finding: finding, freshUntil: moment.advanced(by: Self.freshness(finding, at: moment)))
        }
    }

    private static func freshness(_ finding: CredentialFinding, at now: Timestamp) -> Duration {
        guard let left = finding.credentials?.expiration?.since(now) else { return longest }
        return max(.zero, left - min(margin, left / 3))
    }
}
