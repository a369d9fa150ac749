import Synchronization

/// Counts from several threads.
final class Counter: Sendable {
    private let value = Mutex(0)

    /// The number of calls so far, this one included.
    func increment() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }
}
