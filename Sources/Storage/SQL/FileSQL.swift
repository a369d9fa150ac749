/// File versions and generations as readers see them.
enum FileSQL {
    static let knownAfterPath = """
        SELECT path, digest, size, fingerprint, is_uncertain
        FROM file_version
        WHERE source_id = $1 AND path > $2 AND since <= $3 AND (until IS NULL OR until > $3)
        ORDER BY path
        LIMIT $4
        """

    static let pageAfterPath = """
        SELECT version.file_id, version.path, version.digest, version.size, version.since, brought.committed_at
        FROM file_version version
        JOIN generation brought ON brought.source_id = version.source_id AND brought.number = version.since
        WHERE version.source_id = $1 AND version.path > $2
          AND version.since <= $3 AND (version.until IS NULL OR version.until > $3)
        ORDER BY version.path
        LIMIT $4
        """

    static let atPath = """
        SELECT version.file_id, version.path, version.digest, version.size, version.since, brought.committed_at
        FROM file_version version
        JOIN generation brought ON brought.source_id = version.source_id AND brought.number = version.since
        WHERE version.source_id = $1 AND version.path = $2
          AND version.since <= $3 AND (version.until IS NULL OR version.until > $3)
        """

    /// Rows that are still staged have no generation, so the join leaves them out.
    static let history = """
        SELECT version.file_id, version.digest, version.size,
               brought.number, brought.committed_at,
               brought.revision, brought.revision_author, brought.revision_authored_at, brought.revision_subject,
               brought.revision_ref, ended.number, ended.committed_at,
               ended.revision, ended.revision_author, ended.revision_authored_at, ended.revision_subject,
               ended.revision_ref
        FROM file_version version
        JOIN generation brought ON brought.source_id = version.source_id AND brought.number = version.since
        LEFT JOIN generation ended ON ended.source_id = version.source_id AND ended.number = version.until
        WHERE version.source_id = $1 AND version.path = $2
        ORDER BY version.since DESC
        """

    static let generations = """
        SELECT number, committed_at, revision, revision_author, revision_authored_at, revision_subject,
               revision_ref
        FROM generation
        WHERE source_id = $1
        ORDER BY number DESC
        LIMIT $2
        """

    static let addGeneration = """
        INSERT INTO generation (source_id, number, committed_at, revision, revision_author, revision_authored_at,
                                revision_subject, revision_ref, added, modified, removed, touched, unchanged)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """
}
