/// Rows under the generation to come.
enum StagingSQL {
    static let newestVersion = """
        SELECT since, until, file_id, digest
        FROM file_version
        WHERE source_id = $1 AND path = $2
        ORDER BY since DESC
        LIMIT 1
        """

    static let add = """
        INSERT INTO file_version (source_id, path, since, file_id, digest, size, fingerprint, is_uncertain)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (source_id, path, since) DO UPDATE
        SET until = NULL, digest = excluded.digest, size = excluded.size, fingerprint = excluded.fingerprint,
            is_uncertain = excluded.is_uncertain
        """

    /// Ends the version that is present.
    static let end = """
        UPDATE file_version SET until = $1 WHERE source_id = $2 AND path = $3 AND until IS NULL AND since < $1
        """

    static let takeBack = "DELETE FROM file_version WHERE source_id = $1 AND path = $2 AND since = $3"

    static let touch = """
        UPDATE file_version
        SET fingerprint = $1, is_uncertain = $2
        WHERE source_id = $3 AND path = $4 AND since <= $5 AND (until IS NULL OR until > $5)
        """

    static let discard = "DELETE FROM file_version WHERE source_id = $1 AND since > $2"
    static let reopen = "UPDATE file_version SET until = NULL WHERE source_id = $1 AND until > $2"

    static let nextFileID = "SELECT next_file_id FROM meta WHERE id = 1"
    static let setNextFileID = "UPDATE meta SET next_file_id = $1 WHERE id = 1"
}
