/// The audit log: rows are added and read, nothing else.
enum AuditSQL {
    static let add = """
        INSERT INTO audit_row (at, actor, acted_by, action, type, name, before_digest, after_digest, revision, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """

    static let pageBefore = """
        SELECT number, at, actor, acted_by, action, type, name, before_digest, after_digest, revision, detail
        FROM audit_row
        WHERE number < $1
        ORDER BY number DESC
        LIMIT $2
        """
}
