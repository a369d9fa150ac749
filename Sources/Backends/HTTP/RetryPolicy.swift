/// Whether trying the same thing again can help, decided where the cause is known.
package enum RetryAdvice: Sendable, Equatable {
    case never
    case soon
    /// The server named the pause.
    case after(Duration)
}

/// An error that knows whether trying again can help.
package protocol Retriable: Error {
    var retry: RetryAdvice { get }
}

/// How often and how patiently a failed request is repeated.
///
/// Pauses grow exponentially and are drawn at random from `0...pause` ("full jitter"), so that clients which failed
/// together do not come back together.
/// - Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
package struct RetryPolicy: Sendable {
    /// The first try included; 1 means no retry.
    package var attempts: Int
    /// The longest pause after the first failure; it doubles with each further one.
    package var firstPause: Duration
    /// No pause is longer, not even one that the server asks for.
    package var longestPause: Duration

    package init(attempts: Int = 4, firstPause: Duration = .milliseconds(300), longestPause: Duration = .seconds(20)) {
        self.attempts = attempts
        self.firstPause = firstPause
        self.longestPause = longestPause
    }

    /// How long to wait after the failure of attempt number `attempt` (from 1), or nil to give up.
    ///
    /// - Parameter random: a number in `0...1`.
    package func pause(afterAttempt attempt: Int, advice: RetryAdvice, random: Double) -> Duration? {
        guard attempt < attempts else { return nil }
        switch advice {
        case .never: return nil
        case .soon: return min(firstPause * (1 << min(attempt - 1, 20)), longestPause) * random
        case .after(let asked): return asked > longestPause ? nil : max(asked, .zero)
        }
    }

    /// Runs `body` until it succeeds, its error advises against another try, or the attempts are used up.
    ///
    /// - Parameter random: gives a number in `0...1` for each pause.
    /// - Parameter body: called with the number of the attempt, from 1.
    /// - Throws: the last error of `body`.
    /// - Cancellation: ends a pause at once, with the error that led to it.
    package func run<Value, Failure: Retriable>(
        clock: some Clock<Duration>,
        random: @Sendable () -> Double,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (_ attempt: Int) async throws(Failure) -> sending Value
    ) async throws(Failure) -> sending Value {
        var attempt = 1
        while true {
            do throws(Failure) {
                return try await body(attempt)
            } catch {
                guard let pause = pause(afterAttempt: attempt, advice: error.retry, random: random()) else {
                    throw error
                }
                do {
                    try await clock.sleep(for: pause)
                } catch let cancelled {
                    _ = cancelled  // The failure says more than the cancellation that cut its pause short.
                    throw error
                }
                attempt += 1
            }
        }
    }
}
