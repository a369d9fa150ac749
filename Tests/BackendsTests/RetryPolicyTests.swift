import Backends
import Synchronization
import Testing

@Suite struct RetryPolicyTests {
    struct Fault: Retriable { let retry: RetryAdvice }

    /// A clock that stands still and notes how long it was asked to wait.
    final class Pauses: Clock, Sendable {
        typealias Instant = ContinuousClock.Instant
        let asked = Mutex<[Duration]>([])
        let now = ContinuousClock.now
        let minimumResolution = Duration.nanoseconds(1)
        func sleep(until deadline: Instant, tolerance: Duration?) async throws {
            asked.withLock { $0.append(now.duration(to: deadline)) }
        }
    }

    @Test func `pauses double up to the longest and tries are bounded`() async throws {
        let clock = Pauses()
        let policy = RetryPolicy(attempts: 5, firstPause: .seconds(1), longestPause: .seconds(3))
        await #expect(throws: Fault.self) {
            try await policy.run(clock: clock, random: { 1 }) { _ throws(Fault) in throw Fault(retry: .soon) }
        }
        #expect(clock.asked.withLock { $0 } == [.seconds(1), .seconds(2), .seconds(3), .seconds(3)])
    }

    @Test func `chance shortens a pause`() {
        #expect(RetryPolicy(firstPause: .seconds(4)).pause(afterAttempt: 1, advice: .soon, random: 0.25) == .seconds(1))
    }

    @Test func `a pause that the server asks for is kept, unless it is too long`() {
        let policy = RetryPolicy(longestPause: .seconds(5))
        #expect(policy.pause(afterAttempt: 1, advice: .after(.seconds(4)), random: 0) == .seconds(4))
        #expect(policy.pause(afterAttempt: 1, advice: .after(.seconds(6)), random: 0) == nil)
    }

    @Test func `what cannot be helped is not repeated`() async throws {
        let tries = Mutex(0)
        await #expect(throws: Fault.self) {
            try await RetryPolicy().run(clock: Pauses(), random: { 1 }) { _ throws(Fault) in
                tries.withLock { $0 += 1 }
                throw Fault(retry: .never)
            }
        }
        #expect(tries.withLock { $0 } == 1)
    }
}
