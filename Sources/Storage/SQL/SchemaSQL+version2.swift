extension SchemaSQL {
    /// - `revision_ref` is the full name of the tag or branch that led to a revision.
    /// - `sealed_url` is the whole URL, encrypted, of a source whose URL holds a secret; `source_url` is then what may be
    ///   shown of it.
    /// - `is_scrub_due` is 1 while pages of the file, or of its log, may hold what was kept in the clear before.
    /// - `setting` holds what administrators set for the store as a whole, as JSON.
    static let version2 = """
        ALTER TABLE data_source ADD COLUMN revision_ref TEXT;
        ALTER TABLE generation ADD COLUMN revision_ref TEXT;
        ALTER TABLE object_revision ADD COLUMN revision_ref TEXT;

        ALTER TABLE data_source ADD COLUMN sealed_url TEXT;
        ALTER TABLE meta ADD COLUMN is_scrub_due INTEGER NOT NULL DEFAULT 0;

        CREATE TABLE setting (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) WITHOUT ROWID;
        """
}
