import Model
import Synchronization
import Testing

@testable import Stages

/// How the claim of a long sync is kept.
@Suite struct RenewalTests {
    private static let busy = StoreError.unavailable("another process kept the store busy for too long; try again")

    @Test func `a renewal that fails is tried again soon, and only a lost claim ends it`() async {
        let clock = RecordingClock()
        let answers = Mutex<[StoreError?]>([nil, Self.busy, Self.busy, nil, .claimLost(Bench.core)])
        await Renewal(lease: .seconds(60), clock: clock) {
            let answer = answers.withLock { $0.isEmpty ? .claimLost(Bench.core) : $0.removeFirst() }
            if let answer { throw answer }
        }.untilLost()
        #expect(answers.withLock { $0.isEmpty })
        #expect(clock.slept == [20, 20, 5, 5, 20].map { .seconds($0) })
    }

    @Test func `it ends with its task`() async {
        let task = Task {
            // It does not return otherwise: each of its renewals succeeds.
            await Renewal(lease: .seconds(60), clock: RecordingClock()) { await Task.yield() }.untilLost()
        }
        task.cancel()
        await task.value
    }
}

/// A clock on which all sleep is over at once, unless it is cancelled, and is remembered.
private final class RecordingClock: Clock {
    typealias Instant = ContinuousClock.Instant

    private let state = Mutex<(now: Instant, slept: [Duration])>((.now, []))

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .zero }
    var slept: [Duration] { state.withLock { $0.slept } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        state.withLock { state in
            state.slept.append(state.now.duration(to: deadline))
            state.now = deadline
        }
    }
}
