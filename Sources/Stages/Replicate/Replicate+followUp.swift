internal import Model

/// What a sync does about objects once its files are in place.
struct FollowUp: Sendable {
    var autoApplied: [ApplyReport] = []
    /// Objects that the sync moved, other than those that auto-sync has brought up to date.
    var newlyOutOfDate: [ObjectStatus] = []
    /// Why it did not come to its end.
    var fault: String?
}

extension Replicate {
    /// Applies what has auto-sync enabled, and looks at the objects that the sync moved.
    ///
    /// Also when the task is cancelled by now, and whatever fails: a sync that has taken place tells so.
    func followUp(_ source: DataSource, moved: [LinkedObject]) async -> FollowUp {
        // A task of its own, because the present one may be cancelled. It takes no longer than some transactions.
        await Task {
            var result = FollowUp()
            do {
                result.autoApplied = try await autoSync(source)
            } catch {
                result.fault = "\(error)"
            }
            do {
                let applied = Set(result.autoApplied.filter(\.isDone).map(\.reference))
                result.newlyOutOfDate = try await status.statuses(of: moved).filter {
                    !applied.contains($0.object.reference)
                }
            } catch {
                result.fault = result.fault ?? "\(error)"
            }
            return result
        }.value
    }
}
