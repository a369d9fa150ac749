package import Model

/// What the stages need to know of the world: the time, and which process this is. Tests pass their own.
package struct Surroundings: Sendable {
    package let now: @Sendable () -> Timestamp
    package let clock: any Clock<Duration>
    /// This process.
    package let holder: ClaimHolder
    /// Whether the process may still be running; true when there is no way to know.
    package let isAlive: @Sendable (ClaimHolder) -> Bool
    /// How many files of one source may be read at once.
    package let readsAtOnce: Int

    /// Enough to fill a network's round trips.
    package static let mostReads = 32

    package init(
        now: @escaping @Sendable () -> Timestamp, clock: any Clock<Duration> = ContinuousClock(), holder: ClaimHolder,
        isAlive: @escaping @Sendable (ClaimHolder) -> Bool, readsAtOnce: Int = Self.mostReads
    ) {
        self.now = now
        self.clock = clock
        self.holder = holder
        self.isAlive = isAlive
        self.readsAtOnce = readsAtOnce
    }
}
