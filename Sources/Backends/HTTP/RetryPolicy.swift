/// Whether trying the same thing again can help, decided where the cause is known.
package enum RetryAdvice: Sendable, Equatable {
    case never
    /// Something on the way broke, which shows at once whether it holds next time.
    case soon
    /// The server answers that it has a fault of its own.
    ///
    /// - Parameter after: the pause that it asks for, if it does.
    case later(after: Duration? = nil)
    /// The server answers that it is asked too much: whoever asks it should ask more slowly, with this request and all
    /// others.
    case slower(after: Duration? = nil)
}

extension RetryAdvice {
    /// What a person can do once nothing is tried any more; nil for what no waiting helps.
    package var adviceForPerson: String? {
        switch self {
        case .never, .soon: nil
        case .later(let pause):
            "try again \(Self.moment(pause)); if it stays so, ask whoever runs the server"
        case .slower(let pause):
            "it is asked too much, or being worked on: sync again \(Self.moment(pause)), and less often"
        }
    }

    private static func moment(_ pause: Duration?) -> String {
        pause.map { "when the \($0.components.seconds) s are over that it asks for" } ?? "later"
    }
}

/// An error that knows whether trying again can help.
package protocol Retriable: Error {
    var retry: RetryAdvice { get }
}

/// How often and how patiently a failed request is repeated.
///
/// Pauses grow exponentially and are drawn at random from `0...pause` ("full jitter"), so that clients which failed
/// together do not come back together. A server that answers is given more tries than a connection that breaks: it is
/// there, and about to recover.
/// - Source: AWS Architecture Blog, "Exponential Backoff And Jitter"; AWS SDKs and Tools Reference Guide, "Retry
///   behavior", for the longest pause; rclone's `--low-level-retries` for the number of tries.
package struct RetryPolicy: Sendable {
    /// How often is tried what breaks on the way, the first try included; 1 means no retry.
    package var attempts: Int
    /// How often is tried what a server cannot do now, and what breaks after something went well, the first try included:
    /// who has answered may be restarted just then.
    package var patientAttempts: Int
    /// The longest pause after the first failure; it doubles with each further one.
    package var firstPause: Duration
    /// No pause of our own choice is longer.
    package var longestPause: Duration
    /// A server that asks for a longer pause is not waited for.
    package var longestAsked: Duration
    /// All pauses of one request are no longer than that together.
    package var longestSum: Duration

    package init(
        attempts: Int = 4, patientAttempts: Int = 10,
        firstPause: Duration = .milliseconds(300),
        longestPause: Duration = .seconds(20), longestAsked: Duration = .seconds(120),
        longestSum: Duration = .seconds(300)
    ) {
        self.attempts = attempts
        self.patientAttempts = patientAttempts
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.longestAsked = longestAsked
        self.longestSum = longestSum
    }

    /// For a person who waits: nothing is tried again.
    package static let once = RetryPolicy(attempts: 1, patientAttempts: 1)

    /// How long to wait after the failure of attempt number `attempt` (from 1), or nil to give up.
    ///
    /// A pause that the server asks for is kept in full, with one of our own added: others were told the same.
    /// - Parameter waited: how long all pauses before took.
    /// - Parameter hasAnswered: whether something went well before.
    /// - Parameter random: a number in `0...1`.
    package func pause(
        afterAttempt attempt: Int, advice: RetryAdvice, waited: Duration = .zero, hasAnswered: Bool = false,
        random: Double
    ) -> Duration? {
        var asked = Duration.zero
        switch advice {
        case .never: return nil
        case .soon: if attempt >= (hasAnswered ? patientAttempts : attempts) { return nil }
        case .later(let pause), .slower(let pause):
            if attempt >= patientAttempts { return nil }
            asked = max(pause ?? .zero, .zero)
        }
        guard asked <= longestAsked else { return nil }
        let pause = asked + min(firstPause * (1 << min(attempt - 1, 20)), longestPause) * random
        return waited + pause <= longestSum ? pause : nil
    }
}
