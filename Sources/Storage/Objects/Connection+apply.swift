internal import Model

extension Connection {
    /// Writes one object's content if what was seen still holds, with its revision and audit row.
    func apply(_ application: Application, by actor: AuditActor, at now: Timestamp) throws -> ApplicationOutcome {
        let (object, seen, content) = (application.reference, application.seen, application.content)
        let written = try run(
            ObjectSQL.apply, content.digest, now, application.file, application.object, object.kind, object.name,
            seen.present, seen.appliedFile, seen.file)
        guard written == 1 else { return .moved(now: try digestsNow(of: application)) }
        try keep(content.bytes, digest: content.digest)
        try addRevision(
            of: application.object, at: now, by: actor, action: application.action, before: seen.present,
            content: content.digest, file: application.file, revision: application.revision)
        try add(
            AuditEntry(
                at: now, actor: actor, action: application.action.rawValue, type: object.kind.objectType,
                name: object.name.description, before: seen.present, after: content.digest,
                revision: application.revision?.revision))
        return .applied
    }

    /// Nil when the object is gone, or lost the link that was seen.
    private func digestsNow(of application: Application) throws -> SeenDigests? {
        let (object, seen) = (application.reference, application.seen)
        return try first(ObjectSQL.seenNow, application.object, object.kind, object.name) { columns in
            let now = SeenDigests(
                present: try columns.next(), appliedFile: try columns.next(), file: try columns.next())
            let isLinked: Bool = try columns.next()
            return isLinked || seen.file == nil ? now : nil
        } ?? nil
    }

    func addRevision(
        of object: ObjectID, at now: Timestamp, by actor: AuditActor, action: ObjectRevision.Action, before: Digest?,
        content: Digest?, file: Digest? = nil, revision: RevisionDetails? = nil
    ) throws {
        try run(
            ObjectSQL.addRevision, object, now, actor.name, actor.actedBy, action, before, content, file,
            revision?.revision.id, revision?.author, revision?.authoredAt, revision?.subject,
            revision?.ref)
    }
}
