package import Model

extension SQLiteStore {
    package func commit(_ draft: GenerationDraft, under claim: Claim) async throws(StoreError) -> CommittedSync {
        try await engine.write { db in
            let generation = try db.commitGeneration(draft, under: claim)
            try db.replaceProblems(of: claim.source, with: draft.problems)
            let isNew = generation > claim.generation
            let dropped = isNew ? try db.dropEmptyObjects(of: claim, removedBy: generation, draft.audit) : 0
            let (made, skipped) = try db.addPatternedObjects(draft.patterned, of: claim, draft.audit)
            if dropped + made > 0 { try db.run(CatalogSQL.advance) }
            try db.add(draft.audit)
            guard isNew else { return CommittedSync(generation: generation, moved: [], skipped: skipped) }
            let moved = try db.linkedObjects(movedBy: generation, of: claim.source)
            return CommittedSync(
                generation: generation,
                moved: moved.filter { $0.file == nil || $0.file?.digest != $0.object.content.appliedFile },
                skipped: skipped)
        }
    }
}

extension Connection {
    /// Makes what was staged present; costs the same however much it was. Throws `.claimLost`.
    fileprivate func commitGeneration(_ draft: GenerationDraft, under claim: Claim) throws -> Generation {
        let (counts, revision) = (draft.counts, draft.revision)
        let present: Generation? = try value(
            ClaimSQL.commit, counts.changesContent, revision?.revision.id, revision?.author, revision?.authoredAt,
            revision?.subject, revision?.ref, draft.settledSettings, draft.committedAt, counts.added - counts.removed,
            claim.source, claim.number)
        guard let present else { throw StoreError.claimLost(claim.name) }
        if present > claim.generation {
            try run(
                FileSQL.addGeneration, claim.source, present, draft.committedAt, revision?.revision.id,
                revision?.author, revision?.authoredAt, revision?.subject, revision?.ref, counts.added, counts.modified,
                counts.removed, counts.touched, counts.unchanged)
        }
        return present
    }

    fileprivate func replaceProblems(of source: SourceID, with problems: [FileProblem]) throws {
        try run(SourceSQL.removeProblems, source)
        for (ordinal, problem) in problems.enumerated() {
            try run(SourceSQL.addProblem, source, ordinal, problem.name.description, problem.kind, problem.reason)
        }
    }

    /// - Returns: how many objects are gone.
    fileprivate func dropEmptyObjects(
        of claim: Claim, removedBy generation: Generation, _ sync: AuditEntry
    ) throws -> Int {
        let empty = try all(LinkSQL.emptyOfRemoved, claim.source, generation) { columns in
            (id: try columns.next(as: ObjectID.self), reference: try columns.reference())
        }
        for object in empty {
            try run(ObjectSQL.remove, object.id)
            try add(sync.of("delete", object.reference, detail: "its file left data source \"\(claim.name)\""))
        }
        return empty.count
    }

    /// - Returns: how many objects were made, and those whose name somebody else has.
    fileprivate func addPatternedObjects(
        _ objects: [PatternedObject], of claim: Claim, _ sync: AuditEntry
    ) throws -> (made: Int, skipped: [ContestedObject]) {
        var made = 0
        var skipped: [ContestedObject] = []
        for object in objects {
            // A pattern that was removed while the sync ran makes nothing any more.
            guard let pattern = object.pattern, try value(LinkSQL.patternExists, pattern, claim.source) ?? false
            else { continue }
            switch try add(object, pattern: pattern, source: claim.source, at: sync.at) {
            case .made:
                made += 1
                try add(sync.of("add", object.reference, detail: "for a file of data source \"\(claim.name)\""))
            case .madeInPlaceOf(let loser, let lost):
                made += 1
                try add(
                    sync.of(
                        "add", object.reference,
                        detail: "for a file of data source \"\(claim.name)\", in place of one of \"\(lost.source)\""))
                let winner = SyncedObject.Link(source: claim.name, path: object.path)
                try addProblem(
                    ContestedObject(object.reference, for: lost.path, winner: winner).problem, of: loser)
            case .linkedAlready: break
            case .nameTaken(let winner):
                let contested = ContestedObject(object.reference, for: object.path, winner: winner)
                skipped.append(contested)
                if skipped.count <= Self.mostContested { try addProblem(contested.problem, of: claim.source) }
            }
        }
        return (made, skipped)
    }

    /// As many are kept as of other problems.
    private static let mostContested = 1_000

    func addProblem(_ problem: FileProblem, of source: SourceID) throws {
        try run(SourceSQL.addLastProblem, source, problem.name.description, problem.kind, problem.reason)
    }
}

extension AuditEntry {
    /// What a sync did to one object, as part of what this entry tells.
    fileprivate func of(_ action: String, _ object: ObjectReference, detail: String) -> AuditEntry {
        AuditEntry(
            at: at, actor: actor, action: action, type: object.kind.objectType, name: object.name.description,
            revision: revision, detail: detail)
    }
}
