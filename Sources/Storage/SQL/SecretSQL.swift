/// Secrets of data sources, which are sealed before they come here, and what must not be left of older ones.
enum SecretSQL {
    static let keep = "UPDATE data_source SET source_url = $1, sealed_url = $2, parameters = $3 WHERE id = $4"

    static let overwrite = "PRAGMA secure_delete = ON"
    static let leave = "PRAGMA secure_delete = OFF"

    static let isScrubDue = "SELECT is_scrub_due FROM meta WHERE id = 1"
    static let noteScrubDue = "UPDATE meta SET is_scrub_due = 1 WHERE id = 1"
    static let noteScrubbed = "UPDATE meta SET is_scrub_due = 0 WHERE id = 1"

    /// What the first version kept in the clear.
    static let version1Secrets = "SELECT id, name, source_url, parameters FROM data_source ORDER BY id"
}
