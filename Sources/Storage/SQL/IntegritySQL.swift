/// Looking at everything that is kept.
enum IntegritySQL {
    static let check = "PRAGMA integrity_check(100)"
    static let rebuildIndexes = "REINDEX"

    /// How many versions of files have another size than their content.
    static let wrongSizes = """
        SELECT COUNT(*) FROM file_version version JOIN content ON content.digest = version.digest
        WHERE version.size <> content.size
        """
    static let correctSizes = """
        UPDATE file_version SET size = content.size FROM content
        WHERE content.digest = file_version.digest AND content.size <> file_version.size
        """

    private static let ownFiles = """
        (SELECT COUNT(*) FROM file_version version
         WHERE version.source_id = data_source.id AND version.since <= data_source.generation
           AND (version.until IS NULL OR version.until > data_source.generation))
        """
    /// How many data sources have another number of files than they say.
    static let wrongCounts = "SELECT COUNT(*) FROM data_source WHERE file_count <> \(ownFiles)"
    /// What is lost is found by a sync that takes nothing for known.
    static let correctCounts = """
        UPDATE data_source SET file_count = \(ownFiles), settings_digest = NULL WHERE file_count <> \(ownFiles)
        """

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

    /// For each digest of the JSON list $1, in hexadecimal: the first 1,000 versions. Digests have no index, so one scan
    /// serves all.
    static let filesWithDigests = """
        SELECT digest, source_id, path, size, fingerprint, is_present FROM (
            SELECT version.digest, version.source_id, version.path, version.size, version.fingerprint,
                   version.until IS NULL AS is_present,
                   ROW_NUMBER() OVER (PARTITION BY version.digest
                                      ORDER BY version.until IS NULL DESC, version.since DESC) AS place
            FROM file_version version
            WHERE LOWER(HEX(version.digest)) IN (SELECT value FROM json_each($1))
        ) found
        WHERE place <= 1000
        ORDER BY digest, place
        """
    static let objectsWithDigests = """
        SELECT named.digest, object.kind, object.name FROM (
            SELECT content_digest AS digest, id AS object_id FROM synced_object
            WHERE LOWER(HEX(content_digest)) IN (SELECT value FROM json_each($1))
            UNION SELECT content_digest, object_id FROM object_revision
            WHERE LOWER(HEX(content_digest)) IN (SELECT value FROM json_each($1))
            UNION SELECT before_digest, object_id FROM object_revision
            WHERE LOWER(HEX(before_digest)) IN (SELECT value FROM json_each($1))
        ) named
        JOIN synced_object object ON object.id = named.object_id
        ORDER BY named.digest, object.kind, object.name
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
