private import Synchronization

/// How fast one data source asks, after what its servers answer.
///
/// Nothing is held back until a server says that it is asked too much. From then on only so many requests are inside at
/// once: half of those that were, again half if that is still too many, and one more each time that as many have gone
/// well. A request that pauses before its next try stays inside, so that others wait with it.
///
/// Once a request has spent all its tries, and nothing else of the source went well meanwhile, no other is repeated until
/// one goes well: a server on which everything fails is not asked ten times for each of a thousand files.
/// - Source: TCP's additive increase, multiplicative decrease; AWS SDKs and Tools Reference Guide, "Retry behavior":
///   the adaptive mode.
package final class Pace: Sendable {
    private struct State {
        /// How many may be inside; nil for any number.
        var width: Int?
        var inside = 0
        var waiting: [(number: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var lastNumber = 0
        /// Counts how often the width was halved: requests that were sent before do not halve it again.
        var round = 0
        /// Since the width was last changed.
        var successes = 0
        /// Since the beginning.
        var allSuccesses = 0
        /// Whether all patience was spent in vain since the last success.
        var isSpent = false

        var hasRoom: Bool { width.map { inside < $0 } ?? true }
    }

    private let state = Mutex(State())

    /// More than any source has under way at once.
    private static let widest = 256

    package init() {}

    /// How many requests may be under way; nil for any number.
    package var width: Int? { state.withLock { $0.width } }

    /// Comes inside, or waits until there is room; to be followed by one `leave`. Who is inside must not enter again.
    ///
    /// - Cancellation: lets it in at once, for whatever it does then ends by itself.
    func enter() async {
        let number = state.withLock { state -> Int? in
            if state.waiting.isEmpty, state.hasRoom {
                state.inside += 1
                return nil
            }
            state.lastNumber += 1
            return state.lastNumber
        }
        guard let number else { return }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isLetIn = state.withLock { state in
                    guard state.hasRoom || Task.isCancelled else {
                        state.waiting.append((number, continuation))
                        return false
                    }
                    state.inside += 1
                    return true
                }
                if isLetIn { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard let index = state.waiting.firstIndex(where: { $0.number == number }) else { return nil }
                state.inside += 1
                return state.waiting.remove(at: index).continuation
            }
            continuation?.resume()
        }
    }

    func leave() { change { $0.inside -= 1 } }

    /// To be noted before a try, and handed to `noteFailure` after it.
    var round: Int { state.withLock { $0.round } }

    /// To be noted before the first try of a request, and handed to `noteEnd` after its last.
    var successes: Int { state.withLock { $0.allSuccesses } }

    /// A request went well.
    func noteSuccess() {
        change { state in
            state.allSuccesses += 1
            state.isSpent = false
            guard let width = state.width else { return }
            state.successes += 1
            guard state.successes >= width else { return }
            state.successes = 0
            state.width = width < Self.widest ? width + 1 : nil
        }
    }

    /// A try failed.
    ///
    /// - Parameter round: of the time when it began.
    func noteFailure(_ advice: RetryAdvice, round: Int) {
        guard case .slower = advice else { return }
        state.withLock { state in
            guard round == state.round else { return }
            state.width = max(1, min(state.width ?? state.inside, state.inside) / 2)
            state.round += 1
            state.successes = 0
        }
    }

    /// A request has spent all its tries.
    ///
    /// - Parameter successes: of the time when it began.
    func noteEnd(successes: Int) {
        state.withLock { state in
            if successes == state.allSuccesses { state.isSpent = true }
        }
    }

    /// Whether a request that failed may be tried again.
    var allowsRepeats: Bool { state.withLock { !$0.isSpent } }

    private func change(_ body: (inout State) -> Void) {
        let admitted = state.withLock { state in
            body(&state)
            var admitted: [CheckedContinuation<Void, Never>] = []
            while state.hasRoom, !state.waiting.isEmpty {
                state.inside += 1
                admitted.append(state.waiting.removeFirst().continuation)
            }
            return admitted
        }
        admitted.forEach { $0.resume() }
    }
}
