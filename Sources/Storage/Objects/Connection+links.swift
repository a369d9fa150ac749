internal import Model

extension Connection {
    /// In order of kind and name.
    func linkedObjects(_ filter: LinkedObjectFilter) throws -> [LinkedObject] {
        guard let name = filter.source else { return try linkedObjects(filter, of: nil) }
        guard let source: SourceID = try value(SourceSQL.idOfName, name) else { return [] }
        return try linkedObjects(filter, of: source)
    }

    /// Objects whose file this generation of this source brought or took away.
    func linkedObjects(movedBy generation: Generation, of source: SourceID) throws -> [LinkedObject] {
        try linkedObjects(LinkedObjectFilter(), of: source, movedBy: generation)
    }

    private func linkedObjects(
        _ filter: LinkedObjectFilter, of source: SourceID?, movedBy generation: Generation? = nil
    ) throws -> [LinkedObject] {
        // Most syncs find none, and to prepare the whole query takes longer than all else that they ask of the store.
        if filter.isAutoSyncOnly, let source, try value(LinkSQL.hasAutoSynced, source) == false { return [] }
        let references = filter.references.map { references in
            JSONValue.array(references.map { [.string($0.kind.rawValue), .string($0.name.description)] })
        }
        let problems = try problems(of: source)
        return try all(
            source == nil ? LinkSQL.linkedObjects : LinkSQL.linkedObjectsOfSource, source, filter.kind, references,
            filter.isAutoSyncOnly, generation
        ) { columns in try columns.linkedObject(problems) }
    }

    private func problems(of source: SourceID?) throws -> LinkProblems {
        var problems = LinkProblems()
        func add(_ columns: inout Columns) throws {
            let source: SourceID = try columns.next()
            problems.add(try columns.fileProblem(), of: source)
        }
        if let source {
            _ = try all(LinkSQL.problemsOfSource, source) { columns in try add(&columns) }
        } else {
            _ = try all(LinkSQL.problems) { columns in try add(&columns) }
        }
        return problems
    }
}
