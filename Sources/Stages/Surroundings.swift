package import Model

/// What the stages need to know of the world: the time, and which process this is. Tests pass their own.
package struct Surroundings: Sendable {
    package let now: @Sendable () -> Timestamp
    package let clock: any Clock<Duration>
    /// This process.
    package let holder: ClaimHolder
    /// Whether the process may still be running; true when there is no way to know.
    package let isAlive: @Sendable (ClaimHolder) -> Bool

    package init(
        now: @escaping @Sendable () -> Timestamp, clock: any Clock<Duration> = ContinuousClock(), holder: ClaimHolder,
        isAlive: @escaping @Sendable (ClaimHolder) -> Bool
    ) {
        self.now = now
        self.clock = clock
        self.holder = holder
        self.isAlive = isAlive
    }
}
