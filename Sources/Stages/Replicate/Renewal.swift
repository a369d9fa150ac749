internal import Model

/// Moves the end of a claim's lease ahead of its sync.
struct Renewal: Sendable {
    let lease: Duration
    let clock: any Clock<Duration>
    let renew: @Sendable () async throws -> Void

    /// Renews until the claim is lost or the task is cancelled.
    ///
    /// A store that is busy, or does not answer for another reason, is asked again soon: the lease outlasts some failures,
    /// and whoever found it ended would take the claim of a sync that is under way.
    func untilLost() async {
        var pause = lease / 3
        while true {
            do { try await clock.sleep(for: pause) } catch { return }
            do {
                try await renew()
                pause = lease / 3
            } catch StoreError.claimLost {
                return
            } catch {
                pause = lease / 12
            }
        }
    }
}
