/// Looking at everything that is kept.
enum IntegritySQL {
    static let check = "PRAGMA integrity_check(100)"
    static let rebuildIndexes = "REINDEX"

    /// A few at a time: a page of content is hashed within one transaction, which holds up no writer.
    static let contentAfter = """
        SELECT id, digest, size, data IS NULL AND size > 0
        FROM content
        WHERE id > $1 AND digest IS NOT NULL
        ORDER BY id
        LIMIT 256
        """

    /// File versions that a sync is staging are left out: their content may be on its way.
    static let missing = """
        SELECT named.digest FROM (
            SELECT version.digest FROM file_version version
            JOIN data_source source ON source.id = version.source_id
            WHERE version.since <= source.generation
            UNION SELECT content_digest FROM synced_object
            UNION SELECT content_digest FROM object_revision
            UNION SELECT before_digest FROM object_revision
        ) named
        WHERE named.digest IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM content WHERE content.digest = named.digest)
        """

    static let filesWithDigest = """
        SELECT version.source_id, version.path, version.size, version.fingerprint, version.until IS NULL
        FROM file_version version
        WHERE version.digest = $1
        ORDER BY version.until IS NULL DESC, version.since DESC
        LIMIT 1000
        """
    static let objectsWithDigest = """
        SELECT kind, name FROM synced_object
        WHERE content_digest = $1
           OR id IN (SELECT object_id FROM object_revision WHERE content_digest = $1 OR before_digest = $1)
        ORDER BY kind, name
        """

    /// What was kept counts as left behind by whoever wrote it, and is swept.
    static let setAside = "UPDATE content SET digest = NULL, touched_at = 0 WHERE digest = $1"

    /// No remote has an empty fingerprint.
    static let distrustFile = """
        UPDATE file_version SET fingerprint = X'', is_uncertain = 1
        WHERE source_id = $1 AND path = $2 AND until IS NULL
        """
    static let distrustSource = "UPDATE data_source SET settings_digest = NULL WHERE id = $1"
}
