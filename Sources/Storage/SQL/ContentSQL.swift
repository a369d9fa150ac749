/// Content, by digest, and what becomes of content that lost its names.
enum ContentSQL {
    /// Changes nothing when the digest is there.
    static let add = "INSERT INTO content (digest, size, data) VALUES ($1, $2, $3) ON CONFLICT (digest) DO NOTHING"

    static let find = "SELECT id, size, data IS NULL AND size > 0 FROM content WHERE digest = $1"
    static let whole = "SELECT data FROM content WHERE id = $1"
    static let chunk = "SELECT data FROM content_chunk WHERE content_id = $1 AND ordinal = $2"

    // Content that is still being written has no digest.
    static let begin = """
        INSERT INTO content (size, touched_at, writer_source_id, writer_claim_number) VALUES (0, $1, $2, $3)
        RETURNING id
        """
    static let addChunk = """
        INSERT INTO content_chunk (content_id, ordinal, data) VALUES ($1, $2, $3)
        ON CONFLICT (content_id, ordinal) DO UPDATE SET data = excluded.data
        """
    static let extend = "UPDATE content SET size = $1, touched_at = $2 WHERE id = $3 AND digest IS NULL"
    static let finish = """
        UPDATE content
        SET digest = $1, size = $2, touched_at = NULL, writer_source_id = NULL, writer_claim_number = NULL
        WHERE id = $3 AND digest IS NULL
        """
    static let dropChunks = "DELETE FROM content_chunk WHERE content_id = $1"
    static let drop = "DELETE FROM content WHERE id = $1 AND digest IS NULL"
    /// Nobody has written to it for long, or whoever did has lost or given back the claim.
    static let givenUp = """
        SELECT content.id
        FROM content LEFT JOIN data_source source ON source.id = content.writer_source_id
        WHERE content.digest IS NULL
          AND (content.touched_at < $1
               OR (content.writer_claim_number IS NOT NULL
                   AND (source.claimed_at IS NULL OR source.claim_number <> content.writer_claim_number)))
        """

    // Content that may have lost its last name.
    static let nominate = """
        INSERT INTO unnamed_content (content_id, digest)
        SELECT id, digest FROM content WHERE digest = $1
        ON CONFLICT (content_id) DO NOTHING
        """
    static let nominateStaged = """
        INSERT INTO unnamed_content (content_id, digest)
        SELECT id, digest FROM content
        WHERE digest IN (SELECT digest FROM file_version WHERE source_id = $1 AND since > $2)
        ON CONFLICT (content_id) DO NOTHING
        """
    static let nominateSource = """
        INSERT INTO unnamed_content (content_id, digest)
        SELECT id, digest FROM content
        WHERE digest IN (SELECT digest FROM file_version WHERE source_id = $1)
        ON CONFLICT (content_id) DO NOTHING
        """
    static let nominateObject = """
        INSERT INTO unnamed_content (content_id, digest)
        SELECT id, digest FROM content
        WHERE digest IN (SELECT content_digest FROM object_revision WHERE object_id = $1
                         UNION ALL
                         SELECT before_digest FROM object_revision WHERE object_id = $1
                         UNION ALL
                         SELECT content_digest FROM synced_object WHERE id = $1)
        ON CONFLICT (content_id) DO NOTHING
        """

    static let acquit = """
        DELETE FROM unnamed_content WHERE content_id = (SELECT id FROM content WHERE digest = $1)
        """
    // The joins start from the table that is scanned once, in whatever order a planner would prefer.
    static let acquitFiles = """
        DELETE FROM unnamed_content WHERE content_id IN (
            SELECT candidate.content_id FROM file_version version CROSS JOIN unnamed_content candidate
            WHERE candidate.digest = version.digest)
        """
    static let acquitObjects = """
        DELETE FROM unnamed_content WHERE content_id IN (
            SELECT candidate.content_id FROM synced_object object CROSS JOIN unnamed_content candidate
            WHERE candidate.digest = object.content_digest)
        """
    static let acquitRevisions = """
        DELETE FROM unnamed_content WHERE content_id IN (
            SELECT candidate.content_id FROM object_revision revision CROSS JOIN unnamed_content candidate
            WHERE candidate.digest = revision.content_digest)
        """
    static let acquitEarlierRevisions = """
        DELETE FROM unnamed_content WHERE content_id IN (
            SELECT candidate.content_id FROM object_revision revision CROSS JOIN unnamed_content candidate
            WHERE candidate.digest = revision.before_digest)
        """

    static let hasUnnamed = "SELECT EXISTS (SELECT 1 FROM unnamed_content)"
    // The four of one step name the same rows: in the order of their ids, so that whole pages become free.
    static let sweepChunks = """
        DELETE FROM content_chunk WHERE content_id IN (
            SELECT content_id FROM unnamed_content ORDER BY content_id LIMIT $1)
        """
    static let sweepVerdicts = """
        DELETE FROM decode_verdict WHERE digest IN (
            SELECT digest FROM unnamed_content ORDER BY content_id LIMIT $1)
        """
    static let sweepContent = """
        DELETE FROM content WHERE id IN (SELECT content_id FROM unnamed_content ORDER BY content_id LIMIT $1)
        """
    static let sweepNames = """
        DELETE FROM unnamed_content WHERE content_id IN (
            SELECT content_id FROM unnamed_content ORDER BY content_id LIMIT $1)
        """
}
