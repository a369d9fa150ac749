/// Synced objects, their content and what they have held.
enum ObjectSQL {
    static let all = """
        SELECT object.id, object.kind, object.name, object.fields,
               source.name, object.path, object.is_auto_sync, object.pattern_id,
               object.content_digest, object.as_applied_digest, object.applied_file_digest, object.applied_at,
               object.changed_at, object.created, object.last_updated
        FROM synced_object object
        LEFT JOIN data_source source ON source.id = object.source_id
        WHERE $1 IS NULL OR object.kind = $1
        ORDER BY object.kind, object.name
        """

    static let named = """
        SELECT object.id, object.kind, object.name, object.fields,
               source.name, object.path, object.is_auto_sync, object.pattern_id,
               object.content_digest, object.as_applied_digest, object.applied_file_digest, object.applied_at,
               object.changed_at, object.created, object.last_updated, object.source_id
        FROM synced_object object
        LEFT JOIN data_source source ON source.id = object.source_id
        WHERE object.kind = $1 AND object.name = $2
        """

    static let withID = """
        SELECT object.id, object.kind, object.name, object.fields,
               source.name, object.path, object.is_auto_sync, object.pattern_id,
               object.content_digest, object.as_applied_digest, object.applied_file_digest, object.applied_at,
               object.changed_at, object.created, object.last_updated
        FROM synced_object object
        LEFT JOIN data_source source ON source.id = object.source_id
        WHERE object.id = $1
        """

    /// Returns no row when the name is taken.
    static let add = """
        INSERT INTO synced_object (kind, name, fields, source_id, path, is_auto_sync, pattern_id, content_digest,
                                   changed_at, created, last_updated)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
        ON CONFLICT (kind, name) DO NOTHING
        RETURNING id
        """

    /// What was applied last stays known: another file with the same content needs no apply.
    static let change = """
        UPDATE synced_object
        SET source_id = $1, path = $2, kind = $3, name = $4, fields = $5, is_auto_sync = $6, pattern_id = $7,
            last_updated = $8
        WHERE id = $9
        """

    static let edit = "UPDATE synced_object SET content_digest = $1, changed_at = $2 WHERE id = $3"

    static let remove = "DELETE FROM synced_object WHERE id = $1"
    static let removeRevisions = "DELETE FROM object_revision WHERE object_id = $1"

    static let addRevision = """
        INSERT INTO object_revision (object_id, number, at, actor, acted_by, action, before_digest, content_digest,
                                     file_digest, revision, revision_author, revision_authored_at, revision_subject,
                                     revision_ref)
        SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
        FROM object_revision
        WHERE object_id = $1
        """

    static let revisions = """
        SELECT number, at, actor, acted_by, action, before_digest, content_digest, file_digest,
               revision, revision_author, revision_authored_at, revision_subject, revision_ref
        FROM object_revision
        WHERE object_id = $1
        ORDER BY number DESC
        """

    /// Writes only if the object is still the one that was seen: its content, the file last applied, its file now.
    static let apply = """
        UPDATE synced_object
        SET changed_at = CASE WHEN content_digest IS NOT DISTINCT FROM $1 THEN changed_at ELSE $2 END,
            content_digest = $1, as_applied_digest = $1, applied_file_digest = $3, applied_at = $2,
            last_updated = $2
        WHERE id = $4 AND kind = $5 AND name = $6
          AND content_digest IS NOT DISTINCT FROM $7
          AND applied_file_digest IS NOT DISTINCT FROM $8
          AND (SELECT version.digest
               FROM data_source source
               JOIN file_version version ON version.source_id = source.id
               WHERE source.id = synced_object.source_id AND version.path = synced_object.path
                 AND version.since <= source.generation
                 AND (version.until IS NULL OR version.until > source.generation)) IS NOT DISTINCT FROM $9
        """

    /// What an apply compares with what was seen.
    static let seenNow = """
        SELECT object.content_digest, object.applied_file_digest, version.digest, object.source_id IS NOT NULL
        FROM synced_object object
        LEFT JOIN data_source source ON source.id = object.source_id
        LEFT JOIN file_version version
               ON version.source_id = source.id AND version.path = object.path
              AND version.since <= source.generation
              AND (version.until IS NULL OR version.until > source.generation)
        WHERE object.id = $1 AND object.kind = $2 AND object.name = $3
        """

    static let remember = """
        INSERT INTO decode_verdict (digest, kind, path, fault) VALUES ($1, $2, $3, $4)
        ON CONFLICT (digest, kind, path) DO NOTHING
        """
}
