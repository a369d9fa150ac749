internal import Model

extension SQLiteStore {
    /// How long content may be on its way into the store without a new piece before it counts as left behind.
    private static let patience = Duration.seconds(3_600)

    /// Deletes content that nothing names, in transactions small enough that others get their turn in between.
    ///
    /// An error is dropped: what is not deleted now will be by the next call, and the caller's own work is done.
    func sweep() async {
        let past = clock().advanced(by: .zero - Self.patience)
        do {
            // One look for both: there is mostly nothing, and every sync asks twice.
            let (givenUp, hasUnnamed) = try await engine.read { db in
                (
                    try db.all(ContentSQL.givenUp, past) { columns in try columns.next(as: Int64.self) },
                    try db.value(ContentSQL.hasUnnamed) ?? false
                )
            }
            for id in givenUp {
                try await engine.write(.withNext) { db in
                    // Somebody may have gone on with it since it was read.
                    guard try db.all(ContentSQL.givenUp, past, read: { try $0.next(as: Int64.self) }).contains(id)
                    else { return }
                    try db.dropUnfinished(id)
                }
            }
            var isUnswept = hasUnnamed || !givenUp.isEmpty
            while isUnswept {
                try await engine.write(.withNext) { db in try db.sweepUnnamed(limit: 4_000) }
                isUnswept = try await engine.read { db in try db.value(ContentSQL.hasUnnamed) ?? false }
            }
        } catch {}
    }
}
