import Fixtures
import Model
import Stages
import Synchronization
import Testing

/// Files on their way from the remote, some thousands together.
@Suite struct BatchTests {
    private static let count = 8_200

    private func bench() async throws -> Bench {
        let bench = try await Bench()
        for index in 0..<Self.count { bench.remote.write("f\(index)", "\(index)") }
        return bench
    }

    @Test(.timeLimit(.minutes(2))) func `the next batch comes while one is read`() async throws {
        let bench = try await bench()
        let remote = bench.remote
        let announced = Mutex(0)
        remote.state.withLock { state in
            state.beforeArrival = { _ in announced.withLock { $0 += 1 } }
            state.beforeRead = { name in
                #expect(remote.state.withLock { $0.arrived.contains(name) }, "\(name) is read before it has come")
                while announced.withLock({ $0 }) < 2 {
                    try Task.checkCancellation()
                    await Task.yield()
                }
            }
        }
        #expect(try await bench.sync().counts.added == Self.count)
        #expect(announced.withLock { $0 } == 3)
        #expect(Set(remote.takeReads()).count == Self.count)
    }

    @Test func `a batch that does not come fails the sync, and the next sync has all`() async throws {
        let bench = try await bench()
        let announced = Mutex(0)
        bench.remote.state.withLock { state in
            state.beforeArrival = { _ in
                let isSecond = announced.withLock { number in
                    number += 1
                    return number == 2
                }
                if isSecond { throw BackendError(.connection, "the connection broke", retry: .soon) }
            }
        }
        await #expect(throws: SyncError.self) { try await bench.sync() }
        #expect(try await bench.paths().isEmpty)
        #expect(bench.remote.state.withLock { $0.openSnapshots } == 0)
        #expect(try await bench.sync().counts.added == Self.count)
    }
}
