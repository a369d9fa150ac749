/// The right to sync a source. A claim is held while `claimed_at` is set and its number is the source's.
enum ClaimSQL {
    /// Returns no row when somebody else holds the claim and their lease runs.
    static let take = """
        UPDATE data_source
        SET claim_number = claim_number + 1, claim_machine = $1, claim_process_id = $2, claim_process_start = $3,
            claimed_at = $4, lease_until = $5
        WHERE id = $6
          AND (claimed_at IS NULL OR lease_until <= $4
               OR (claim_machine = $7 AND claim_process_id = $8 AND claim_process_start = $9))
        RETURNING name, claim_number, generation, has_staged
        """

    static let holder = """
        SELECT name, claim_machine, claim_process_id, claim_process_start, claimed_at FROM data_source WHERE id = $1
        """

    static let renew = """
        UPDATE data_source SET lease_until = $1 WHERE id = $2 AND claim_number = $3 AND claimed_at IS NOT NULL
        """

    /// Returns no row when the claim is lost.
    static let held = """
        SELECT has_staged FROM data_source WHERE id = $1 AND claim_number = $2 AND claimed_at IS NOT NULL
        """

    static let noteStaged = "UPDATE data_source SET has_staged = 1 WHERE id = $1"
    static let noteDiscarded = "UPDATE data_source SET has_staged = 0 WHERE id = $1"

    /// Moves the source to the generation to come if anything was staged or changed, or if it is the first, and gives
    /// the claim back. Returns no row when the claim is lost.
    static let commit = """
        UPDATE data_source
        SET generation = CASE WHEN $1 = 1 OR has_staged = 1 OR generation = 0 THEN generation + 1 ELSE generation END,
            revision = $2, revision_author = $3, revision_authored_at = $4, revision_subject = $5,
            revision_ref = $6, settings_digest = $7, last_synced = $8, last_error = NULL, status = 'completed',
            file_count = file_count + $9, has_staged = 0,
            claim_machine = NULL, claim_process_id = NULL, claim_process_start = NULL, claimed_at = NULL,
            lease_until = NULL
        WHERE id = $10 AND claim_number = $11 AND claimed_at IS NOT NULL
        RETURNING generation
        """

    static let settle = """
        UPDATE data_source
        SET last_synced = $1, last_error = NULL, status = 'completed',
            claim_machine = NULL, claim_process_id = NULL, claim_process_start = NULL, claimed_at = NULL,
            lease_until = NULL
        WHERE id = $2
        """

    static let abandon = """
        UPDATE data_source
        SET last_error = $1, status = 'failed',
            claim_machine = NULL, claim_process_id = NULL, claim_process_start = NULL, claimed_at = NULL,
            lease_until = NULL
        WHERE id = $2
        """

    static let release = """
        UPDATE data_source
        SET claim_machine = NULL, claim_process_id = NULL, claim_process_start = NULL, claimed_at = NULL,
            lease_until = NULL
        WHERE id = $1
        """
}
