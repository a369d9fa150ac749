/// Links between objects and files, and the patterns that make them.
enum LinkSQL {
    /// Linked objects with their file now, what brought it, and for missing files the paths that hold the same content,
    /// one a line.
    ///
    /// $1 is null. Null stands for "all": $2 kind, $3 a JSON list of [kind, name], $5 the generation that moved the file.
    /// $4 is 1 for objects that a sync applies. Objects come by the index of their names, so nothing is sorted; the files
    /// of a source are scanned only if one of its linked files is missing.
    static let linkedObjects = linked(where: "$1 IS NULL")

    /// The same of the source with the id $1; its objects are found by the index of their links.
    static let linkedObjectsOfSource = linked(where: "object.source_id = $1")

    /// Two constants that differ in one place: what is true of all for null keeps an index from being used.
    private static func linked(where choice: String) -> String {
        """
        WITH chosen AS NOT MATERIALIZED (
            SELECT object.id, object.kind, object.name, object.fields, object.source_id,
                   source.name AS source, source.generation AS present, object.path, object.is_auto_sync,
                   object.pattern_id, object.content_digest, object.as_applied_digest, object.applied_file_digest,
                   object.applied_at, object.changed_at, object.created, object.last_updated
            FROM synced_object object
            CROSS JOIN data_source source
            WHERE \(choice)
              AND source.id = object.source_id
              AND ($2 IS NULL OR object.kind = $2)
              AND ($3 IS NULL OR (object.kind, object.name) IN (
                      SELECT value ->> 0, value ->> 1 FROM json_each($3)))
              AND ($4 = 0 OR object.is_auto_sync = 1)
              AND ($5 IS NULL OR EXISTS (
                      SELECT 1 FROM file_version moved
                      WHERE moved.source_id = object.source_id AND moved.path = object.path
                        AND (moved.since = $5 OR moved.until = $5)))
        ),
        missing AS MATERIALIZED (
            SELECT object.id, object.source_id, object.present, last.digest
            FROM chosen object
            CROSS JOIN file_version last
            WHERE NOT EXISTS (SELECT 1 FROM file_version version
                              WHERE version.source_id = object.source_id AND version.path = object.path
                                AND version.since <= object.present
                                AND (version.until IS NULL OR version.until > object.present))
              AND last.source_id = object.source_id AND last.path = object.path
              AND last.since = (SELECT MAX(since) FROM file_version
                                WHERE source_id = object.source_id AND path = object.path
                                  AND since <= object.present)
        ),
        successor AS MATERIALIZED (
            SELECT missing.id, version.path,
                   ROW_NUMBER() OVER (PARTITION BY missing.id ORDER BY version.path) AS place
            FROM (SELECT DISTINCT source_id, present FROM missing) concerned
            CROSS JOIN file_version version
            CROSS JOIN missing
            WHERE version.source_id = concerned.source_id
              AND version.since <= concerned.present
              AND (version.until IS NULL OR version.until > concerned.present)
              AND missing.source_id = version.source_id AND missing.digest = version.digest
        )
        SELECT object.id, object.kind, object.name, object.fields,
               object.source, object.path, object.is_auto_sync, object.pattern_id,
               object.content_digest, object.as_applied_digest, object.applied_file_digest, object.applied_at,
               object.changed_at, object.created, object.last_updated,
               object.source_id,
               brought.number, brought.committed_at,
               brought.revision, brought.revision_author, brought.revision_authored_at, brought.revision_subject,
               brought.revision_ref,
               verdict.digest, verdict.fault,
               CASE WHEN version.digest IS NULL THEN (
                   SELECT GROUP_CONCAT(successor.path, CHAR(10)) FROM successor
                   WHERE successor.id = object.id AND successor.place <= 5) END,
               version.file_id, version.digest, version.size, version.since
        FROM chosen object
        LEFT JOIN file_version version
               ON version.source_id = object.source_id AND version.path = object.path
              AND version.since <= object.present
              AND (version.until IS NULL OR version.until > object.present)
        LEFT JOIN generation brought
               ON brought.source_id = object.source_id
              AND brought.number = COALESCE(
                      version.since,
                      (SELECT last.until FROM file_version last
                       WHERE last.source_id = object.source_id AND last.path = object.path
                         AND last.since <= object.present
                       ORDER BY last.since DESC LIMIT 1))
        LEFT JOIN decode_verdict verdict
               ON verdict.digest = version.digest AND verdict.kind = object.kind AND verdict.path = object.path
        ORDER BY object.kind, object.name
        """
    }

    /// Whether any object that a sync applies follows this source.
    static let hasAutoSynced = """
        SELECT EXISTS (SELECT 1 FROM synced_object WHERE source_id = $1 AND is_auto_sync = 1)
        """

    /// What linked files may have become; a file that only a pattern cannot use is replicated.
    static let problems = "SELECT source_id, name, kind, reason FROM file_problem WHERE kind <> 'unlinkable'"

    /// The same of one source.
    static let problemsOfSource = """
        SELECT source_id, name, kind, reason FROM file_problem WHERE source_id = $1 AND kind <> 'unlinkable'
        """

    static let patterns = """
        SELECT pattern.id, pattern.kind, source.name, pattern.pattern, pattern.fields, pattern.is_auto_sync
        FROM link_pattern pattern
        JOIN data_source source ON source.id = pattern.source_id
        WHERE $1 IS NULL OR source.name = $1
        ORDER BY pattern.kind, pattern.pattern, source.name
        """

    static let patternWithID = """
        SELECT pattern.id, pattern.kind, source.name, pattern.pattern, pattern.fields, pattern.is_auto_sync
        FROM link_pattern pattern
        JOIN data_source source ON source.id = pattern.source_id
        WHERE pattern.id = $1
        """

    /// Returns no row when the kind and source have this pattern.
    static let addPattern = """
        INSERT INTO link_pattern (kind, source_id, pattern, fields, is_auto_sync) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (kind, source_id, pattern) DO NOTHING
        RETURNING id
        """

    static let patternTakenByAnother = """
        SELECT EXISTS (
            SELECT 1 FROM link_pattern WHERE kind = $1 AND source_id = $2 AND pattern = $3 AND id <> $4)
        """

    static let changePattern = """
        UPDATE link_pattern SET kind = $1, source_id = $2, pattern = $3, fields = $4, is_auto_sync = $5 WHERE id = $6
        """

    static let releaseObjects = "UPDATE synced_object SET pattern_id = NULL WHERE pattern_id = $1"
    static let removePattern = "DELETE FROM link_pattern WHERE id = $1"
    static let patternExists = "SELECT EXISTS (SELECT 1 FROM link_pattern WHERE id = $1 AND source_id = $2)"

    /// Objects that a pattern made, that never held content, and whose file this generation removed.
    static let emptyOfRemoved = """
        SELECT object.id, object.kind, object.name
        FROM synced_object object
        WHERE object.source_id = $1 AND object.pattern_id IS NOT NULL
          AND object.content_digest IS NULL AND object.applied_file_digest IS NULL
          AND NOT EXISTS (SELECT 1 FROM object_revision revision WHERE revision.object_id = object.id)
          AND EXISTS (SELECT 1 FROM file_version gone
                      WHERE gone.source_id = object.source_id AND gone.path = object.path AND gone.until = $2)
          AND NOT EXISTS (SELECT 1 FROM file_version here
                          WHERE here.source_id = object.source_id AND here.path = object.path
                            AND here.since <= $2 AND (here.until IS NULL OR here.until > $2))
        ORDER BY object.kind, object.name
        """

    static let objectsLinkedToSource = """
        SELECT kind, name FROM synced_object WHERE source_id = $1 ORDER BY kind, name
        """
    static let patternsOfSource = "SELECT pattern FROM link_pattern WHERE source_id = $1 ORDER BY pattern"
}
