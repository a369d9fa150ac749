/// How the requests of one data source are repeated: by which policy and at which pace, with what time and chance.
///
/// Copies share their pace.
package struct Patience: Sendable {
    package var policy: RetryPolicy
    package var pace = Pace()
    /// No try of a request begins later than that after its first; nil for no such limit.
    package var limit: Duration?
    package var clock: any Clock<Duration>
    /// Gives a number in `0...1` for each pause.
    package var random: @Sendable () -> Double

    package init(
        _ policy: RetryPolicy = RetryPolicy(), limit: Duration? = nil, clock: any Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.policy = policy
        self.limit = limit
        self.clock = clock
        self.random = random
    }

    /// The same at a pace of its own, for requests that are made while another is under way.
    package var apart: Patience {
        var patience = self
        patience.pace = Pace()
        return patience
    }

    /// Runs `body` until it succeeds, its error advises against another try, or patience ends.
    ///
    /// - Parameter body: called with the number of the attempt, from 1.
    /// - Throws: the last error of `body`.
    /// - Cancellation: ends a wait at once, with a last call of `body`, whose own cancellation tells the rest.
    package func run<Value, Failure: Retriable>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (_ attempt: Int) async throws(Failure) -> sending Value
    ) async throws(Failure) -> sending Value {
        await pace.enter()
        defer { pace.leave() }
        let elapsed = Self.stopwatch(clock)
        let successes = pace.successes
        var waited = Duration.zero
        var attempt = 1
        while true {
            let round = pace.round
            do throws(Failure) {
                let value = try await body(attempt)
                pace.noteSuccess()
                return value
            } catch {
                guard error.retry != .never else { throw error }
                pace.noteFailure(error.retry, round: round)
                guard pace.allowsRepeats,
                    let pause = policy.pause(
                        afterAttempt: attempt, advice: error.retry, waited: waited,
                        hasAnswered: pace.successes > 0 && elapsed() < Self.restart, random: random()),
                    limit.map({ elapsed() + pause < $0 }) ?? true
                else {
                    pace.noteEnd(successes: successes)
                    throw error
                }
                attempt += 1
                waited += pause
                do {
                    try await clock.sleep(for: pause)
                } catch let cancelled {
                    _ = cancelled  // `body` tells it in the words of its own errors.
                    return try await body(attempt)
                }
            }
        }
    }

    /// How long one who has answered may be away. What takes longer to fail, such as a stall, fails as any other.
    private static let restart = Duration.seconds(60)

    /// The time since now, by `clock`.
    private static func stopwatch<C: Clock>(_ clock: C) -> () -> Duration where C.Duration == Duration {
        let start = clock.now
        return { start.duration(to: clock.now) }
    }
}
