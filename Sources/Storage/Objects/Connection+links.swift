internal import Model

extension Connection {
    /// In order of kind and name.
    ///
    /// - Parameter moved: only objects whose file this generation of this source brought or took away; nil for all.
    func linkedObjects(
        _ filter: LinkedObjectFilter, movedBy moved: (source: SourceID, generation: Generation)? = nil
    ) throws -> [LinkedObject] {
        // Most syncs find none, and to prepare the whole query takes longer than all else that they ask of the store.
        if filter.isAutoSyncOnly, try value(LinkSQL.hasAutoSynced, filter.source) == false { return [] }
        let references = filter.references.map { references in
            JSONValue.array(references.map { [.string($0.kind.rawValue), .string($0.name.description)] })
        }
        let problems = try problems(of: filter.source)
        return try all(
            LinkSQL.linkedObjects, filter.source, filter.kind, references, filter.isAutoSyncOnly, moved?.source,
            moved?.generation
        ) { columns in try columns.linkedObject(problems) }
    }

    private func problems(of source: SourceName?) throws -> LinkProblems {
        var problems = LinkProblems()
        _ = try all(LinkSQL.problems, source) { columns in
            let source: SourceID = try columns.next()
            problems.add(try columns.fileProblem(), of: source)
        }
        return problems
    }
}
