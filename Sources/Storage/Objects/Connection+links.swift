internal import Model

extension Connection {
    /// In order of kind and name.
    ///
    /// - Parameter moved: only objects whose file this generation of this source brought or took away; nil for all.
    func linkedObjects(
        _ filter: LinkedObjectFilter, movedBy moved: (source: SourceID, generation: Generation)? = nil
    ) throws -> [LinkedObject] {
        let references = filter.references.map { references in
            JSONValue.array(references.map { [.string($0.kind.rawValue), .string($0.name.description)] })
        }
        let rows = try all(
            LinkSQL.linkedObjects, filter.source, filter.kind, references, filter.isAutoSyncOnly, moved?.source,
            moved?.generation
        ) { columns in try columns.linkedObject() }
        var linked: [LinkedObject] = []
        linked.reserveCapacity(rows.count)
        for row in rows {
            if let last = linked.last, last.object.id == row.object.id {
                linked[linked.count - 1] = last.adding(row.successors)
            } else {
                linked.append(row)
            }
        }
        return linked
    }
}

extension LinkedObject {
    fileprivate func adding(_ more: [RelativePath]) -> LinkedObject {
        LinkedObject(
            object: object, link: link, sourceID: sourceID, file: file, broughtBy: broughtBy, verdict: verdict,
            successors: successors + more)
    }
}
