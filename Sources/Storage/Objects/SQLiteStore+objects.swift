package import Model

extension SQLiteStore {
    package func objects(of kind: ObjectKindName?) async throws(StoreError) -> [SyncedObject] {
        try await engine.read { db in try db.all(ObjectSQL.all, kind) { columns in try columns.syncedObject() } }
    }

    package func object(_ reference: ObjectReference) async throws(StoreError) -> SyncedObject? {
        try await engine.read { db in
            try db.first(ObjectSQL.named, reference.kind, reference.name) { columns in try columns.syncedObject() }
        }
    }

    package func linkedObjects(_ filter: LinkedObjectFilter) async throws(StoreError) -> [LinkedObject] {
        try await engine.read { db in try db.linkedObjects(filter) }
    }

    package func remember(_ verdicts: [DecodeVerdict]) async throws(StoreError) {
        try await engine.write(.withNext) { db in
            for verdict in verdicts {
                try db.run(ObjectSQL.remember, verdict.digest, verdict.kind, verdict.path, verdict.fault)
            }
        }
    }

    package func revisions(of object: ObjectID) async throws(StoreError) -> [ObjectRevision] {
        try await engine.read { db in
            try db.all(ObjectSQL.revisions, object) { columns in try columns.objectRevision() }
        }
    }

    package func apply(
        _ applications: [Application], keepsGoing: Bool, by actor: AuditActor, at now: Timestamp
    ) async throws(StoreError) -> [ApplicationOutcome] {
        try await engine.write { db in
            var outcomes: [ApplicationOutcome] = []
            outcomes.reserveCapacity(applications.count)
            for application in applications {
                outcomes.append(try db.apply(application, by: actor, at: now))
            }
            guard !keepsGoing, outcomes.contains(where: { $0 != .applied }) else { return outcomes }
            db.undo()
            return outcomes.map { $0 == .applied ? .withheld : $0 }
        }
    }
}
