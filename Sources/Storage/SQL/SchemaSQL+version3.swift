extension SchemaSQL {
    /// Content without a digest is being written under the claim of this number on this source; nobody goes on with it
    /// once that is held no more. Both are null for content that is written without a claim, or has its digest.
    static let version3 = """
        ALTER TABLE content ADD COLUMN writer_source_id INTEGER;
        ALTER TABLE content ADD COLUMN writer_claim_number INTEGER;
        """
}
