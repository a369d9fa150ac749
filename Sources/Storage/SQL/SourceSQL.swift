/// Data sources and what syncing made of them.
enum SourceSQL {
    static let all = """
        SELECT id, name, type, source_url, sealed_url, is_enabled, description, ignore_rules, sync_interval,
               parameters,
               status, generation, revision, revision_author, revision_authored_at, revision_subject, revision_ref,
               settings_digest, last_synced, last_error, file_count, created, last_updated, lease_until
        FROM data_source
        ORDER BY name
        """

    static let named = """
        SELECT id, name, type, source_url, sealed_url, is_enabled, description, ignore_rules, sync_interval,
               parameters,
               status, generation, revision, revision_author, revision_authored_at, revision_subject, revision_ref,
               settings_digest, last_synced, last_error, file_count, created, last_updated, lease_until
        FROM data_source
        WHERE name = $1
        """

    static let withID = """
        SELECT id, name, type, source_url, sealed_url, is_enabled, description, ignore_rules, sync_interval,
               parameters,
               status, generation, revision, revision_author, revision_authored_at, revision_subject, revision_ref,
               settings_digest, last_synced, last_error, file_count, created, last_updated, lease_until
        FROM data_source
        WHERE id = $1
        """

    static let idOfName = "SELECT id FROM data_source WHERE name = $1"

    static let presentGeneration = "SELECT generation FROM data_source WHERE id = $1"

    /// Without URL and parameters, whose secrets are sealed for the number that the source gets here. Returns no row
    /// when the name is taken.
    static let add = """
        INSERT INTO data_source (name, type, source_url, is_enabled, description, ignore_rules, sync_interval,
                                 parameters, created, last_updated)
        VALUES ($1, $2, '', $3, $4, $5, $6, '{}', $7, $7)
        ON CONFLICT (name) DO NOTHING
        RETURNING id
        """

    static let change = """
        UPDATE data_source
        SET name = $1, type = $2, is_enabled = $3, description = $4, ignore_rules = $5, sync_interval = $6,
            last_updated = $7
        WHERE id = $8
        """

    static let remove = "DELETE FROM data_source WHERE id = $1"
    static let removeProblems = "DELETE FROM file_problem WHERE source_id = $1"
    static let removeGenerations = "DELETE FROM generation WHERE source_id = $1"
    static let removeVersions = "DELETE FROM file_version WHERE source_id = $1"

    static let addProblem = """
        INSERT INTO file_problem (source_id, ordinal, name, kind, reason) VALUES ($1, $2, $3, $4, $5)
        """

    /// After those that are there.
    static let addLastProblem = """
        INSERT INTO file_problem (source_id, ordinal, name, kind, reason)
        SELECT $1, COALESCE(MAX(ordinal), -1) + 1, $2, $3, $4 FROM file_problem WHERE source_id = $1
        """

    static let problems = "SELECT name, kind, reason FROM file_problem WHERE source_id = $1 ORDER BY ordinal"
}
