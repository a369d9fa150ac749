import Model
import Synchronization
import Testing

@testable import Backends

/// How a data source's requests go on when a server has too much to do, on a clock that a test moves.
@Suite struct PaceTests {
    struct Fault: Retriable { let retry: RetryAdvice }

    /// A clock that stands still, and whose sleepers wake when they are told to.
    final class Standstill: Clock, Sendable {
        typealias Instant = ContinuousClock.Instant
        private struct State {
            var now = ContinuousClock.now
            var asked: [Duration] = []
            var asleep: [CheckedContinuation<Void, Never>] = []
            var wakesAtOnce: Bool
        }
        private let state: Mutex<State>
        let minimumResolution = Duration.nanoseconds(1)

        init(wakesAtOnce: Bool = true) { state = Mutex(State(wakesAtOnce: wakesAtOnce)) }

        var now: Instant { state.withLock { $0.now } }
        /// How long each sleeper wanted to sleep.
        var asked: [Duration] { state.withLock { $0.asked } }
        var asleep: Int { state.withLock { $0.asleep.count } }

        func sleep(until deadline: Instant, tolerance: Duration?) async throws {
            let wakesAtOnce = state.withLock { state in
                state.asked.append(state.now.duration(to: deadline))
                if state.wakesAtOnce { state.now = deadline }
                return state.wakesAtOnce
            }
            if wakesAtOnce { return try Task.checkCancellation() }
            await withCheckedContinuation { continuation in
                state.withLock { $0.asleep.append(continuation) }
            }
        }

        func wakeAll() {
            let sleepers = state.withLock { state in
                defer { state.asleep = [] }
                return state.asleep
            }
            sleepers.forEach { $0.resume() }
        }
    }

    /// Lets other tasks run until `condition` holds.
    private func until(_ condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }

    private func patience(
        _ clock: Standstill, _ policy: RetryPolicy = RetryPolicy(), limit: Duration? = nil
    ) -> Patience { Patience(policy, limit: limit, clock: clock, random: { 1 }) }

    @Test func `a server that is asked too much is tried ten times, over more than a minute`() async {
        let clock = Standstill()
        let tries = Atomic(0)
        await #expect(throws: Fault.self) {
            try await patience(clock).run { _ throws(Fault) in
                tries.add(1, ordering: .relaxed)
                throw Fault(retry: .slower())
            }
        }
        #expect(tries.load(ordering: .relaxed) == 10)
        #expect(clock.asked.reduce(.zero, +) > .seconds(60))
        #expect(clock.asked == clock.asked.sorted())
    }

    @Test func `a connection that breaks is tried longer once the source has answered`() async throws {
        let clock = Standstill()
        let patience = patience(clock)
        let tries = Atomic(0)
        func fail(slowly: Bool = false) async {
            // It fails, as is meant.
            try? await patience.run { _ throws(Fault) in
                tries.add(1, ordering: .relaxed)
                if slowly { try? await clock.sleep(for: .seconds(60)) }
                throw Fault(retry: .soon)
            }
        }
        await fail()
        #expect(tries.load(ordering: .relaxed) == 4)
        try await patience.run { _ throws(Fault) in }
        await fail()
        #expect(tries.load(ordering: .relaxed) == 4 + 10)
        try await patience.run { _ throws(Fault) in }
        await fail(slowly: true)
        #expect(tries.load(ordering: .relaxed) == 4 + 10 + 4)
    }

    @Test func `what cannot be helped is not repeated`() async {
        let clock = Standstill()
        await #expect(throws: Fault.self) {
            try await patience(clock).run { _ throws(Fault) in throw Fault(retry: .never) }
        }
        #expect(clock.asked.isEmpty)
    }

    @Test func `no try begins when the time of a request is over`() async {
        let clock = Standstill()
        let policy = RetryPolicy(firstPause: .seconds(1), longestPause: .seconds(1))
        await #expect(throws: Fault.self) {
            try await patience(clock, policy, limit: .milliseconds(2_500)).run { _ throws(Fault) in
                throw Fault(retry: .later())
            }
        }
        #expect(clock.asked == [.seconds(1), .seconds(1)])
    }

    @Test func `a request that pauses holds back the others of its source, and not those of another`() async throws {
        let clock = Standstill(wakesAtOnce: false)
        let patience = patience(clock)
        let other = Atomic(0)
        let first = Task {
            try await patience.run { attempt throws(Fault) in
                if attempt == 1 { throw Fault(retry: .slower()) }
            }
        }
        await until { clock.asleep == 1 }
        #expect(patience.pace.width == 1)
        let second = Task {
            try await patience.run { _ throws(Fault) in _ = other.add(1, ordering: .relaxed) }
        }
        try await patience.apart.run { _ throws(Fault) in }
        for _ in 0..<100 { await Task.yield() }
        #expect(other.load(ordering: .relaxed) == 0)
        clock.wakeAll()
        try await first.value
        try await second.value
        #expect(other.load(ordering: .relaxed) == 1)
        #expect(patience.pace.width ?? 0 > 1)
    }

    @Test func `of requests that were told together only half go on together, and success widens the way`() async {
        let pace = Pace()
        for _ in 0..<32 { await pace.enter() }
        let round = pace.round
        for _ in 0..<32 { pace.noteFailure(.slower(), round: round) }
        #expect(pace.width == 16)
        pace.noteFailure(.slower(), round: pace.round)
        #expect(pace.width == 8)
        for _ in 0..<8 { pace.noteSuccess() }
        #expect(pace.width == 9)
        for _ in 0..<40_000 { pace.noteSuccess() }
        #expect(pace.width == nil)
    }

    @Test func `whoever is cancelled while it waits for room is let in to find out`() async throws {
        let clock = Standstill(wakesAtOnce: false)
        let patience = patience(clock)
        let first = Task {
            try await patience.run { attempt throws(Fault) in
                if attempt == 1 { throw Fault(retry: .slower()) }
            }
        }
        await until { clock.asleep == 1 }
        let second = Task {
            try await patience.run { _ throws(Fault) in
                if Task.isCancelled { throw Fault(retry: .never) }
            }
        }
        for _ in 0..<100 { await Task.yield() }
        second.cancel()
        await #expect(throws: Fault.self) { try await second.value }
        clock.wakeAll()
        try await first.value
    }

    @Test func `cancelling ends a pause with the cancellation of the request itself`() async {
        let clock = ContinuousClock()
        let policy = RetryPolicy(
            firstPause: .seconds(3_600), longestPause: .seconds(3_600), longestSum: .seconds(9_999))
        let patience = Patience(policy, clock: clock, random: { 1 })
        let hasFailed = Atomic(false)
        let task = Task {
            try await patience.run { attempt throws(Fault) in
                hasFailed.store(true, ordering: .relaxed)
                throw Fault(retry: attempt == 1 ? .slower() : .never)
            }
        }
        await until { hasFailed.load(ordering: .relaxed) }
        task.cancel()
        await #expect(throws: Fault(retry: .never)) { try await task.value }
    }

    @Test func `a source on which everything fails is not tried again and again`() async throws {
        let clock = Standstill()
        let patience = patience(clock)
        let tries = Atomic(0)
        func fail() async {
            // Each of them fails, as is meant.
            try? await patience.run { _ throws(Fault) in
                tries.add(1, ordering: .relaxed)
                throw Fault(retry: .later())
            }
        }
        for _ in 0..<1_000 { await fail() }
        #expect(tries.load(ordering: .relaxed) == 10 + 999)
        try await patience.run { _ throws(Fault) in }
        for _ in 0..<2 { await fail() }
        #expect(tries.load(ordering: .relaxed) == 10 + 999 + 10 + 1)
    }

    @Test func `one request that fails for good takes nothing from the others`() async throws {
        let patience = patience(Standstill())
        let tries = Atomic(0)
        try? await patience.run { attempt throws(Fault) in
            // Another one of the source goes well meanwhile.
            patience.pace.noteSuccess()
            throw Fault(retry: .later())
        }
        let value = try await patience.run { attempt throws(Fault) in
            tries.add(1, ordering: .relaxed)
            if attempt < 10 { throw Fault(retry: .later()) }
            return attempt
        }
        #expect(value == 10 && tries.load(ordering: .relaxed) == 10)
    }

    @Test(arguments: [
        ("7", nil, Duration.seconds(7)), ("-1", nil, nil), ("soon", nil, nil),
        ("Sun, 06 Nov 1994 08:50:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", .seconds(60)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:37 GMT", .zero),
        ("Sun, 06 Nov 1994 08:50:37 GMT", nil, .zero), ("Sun, 06 Nov 1994 08:50:37 GMT", "x", .zero),
        ("Sunday, 06-Nov-94 08:49:37 GMT", nil, nil),
    ])
    func `the pause that a server asks for is read from seconds, or from a date by the server's clock or ours`(
        asked: String, date: String?, pause: Duration?
    ) {
        var headers: HTTPHeaders = ["Retry-After": asked]
        headers["Date"] = date
        let response = HTTPResponse(status: 503, headers: headers, url: HTTPURL(scheme: "http", host: "it"))
        #expect(response.retry == .slower(after: pause))
    }

    @Test func `a date is told by our clock when the server does not tell the time`() throws {
        let response = HTTPResponse(
            status: 503, headers: ["Retry-After": "Sun, 06 Nov 2994 08:50:37 GMT"],
            url: HTTPURL(scheme: "http", host: "it"))
        #expect(try #require(response.retryAfter) > .seconds(86_400))
    }
}

extension PaceTests.Fault: Equatable {}
