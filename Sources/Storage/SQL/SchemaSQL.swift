/// The tables. A version that has landed is never edited; `Migrations.all` lists them in order.
///
/// `digest` is 32 bytes of SHA-256, moments are microseconds since 1970, truth is 0 or 1, texts are compared as bytes.
enum SchemaSQL {
    /// - A file version is present in generation g when `since <= g AND (until IS NULL OR until > g)`; rows that a
    ///   running sync stages have `since` or `until` beyond the source's generation. There is no index over digests on
    ///   purpose: their order is random, and keeping it doubles the time of a first sync; what needs it scans, and is
    ///   rare.
    /// - Content is named by digests, not by references: nothing is counted. What may have lost its last name is noted
    ///   in `unnamed_content` and deleted in small steps. Content without a digest is still being written.
    static let version1 = """
        CREATE TABLE meta (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            catalog_version INTEGER NOT NULL,
            next_file_id INTEGER NOT NULL
        );
        INSERT INTO meta (id, catalog_version, next_file_id) VALUES (1, 0, 1);

        CREATE TABLE data_source (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            type TEXT NOT NULL,
            source_url TEXT NOT NULL,
            is_enabled INTEGER NOT NULL,
            description TEXT NOT NULL,
            ignore_rules TEXT NOT NULL,
            sync_interval INTEGER,
            parameters TEXT NOT NULL,
            status TEXT NOT NULL DEFAULT 'new',
            generation INTEGER NOT NULL DEFAULT 0,
            revision TEXT,
            revision_author TEXT,
            revision_authored_at INTEGER,
            revision_subject TEXT,
            settings_digest BLOB,
            last_synced INTEGER,
            last_error TEXT,
            file_count INTEGER NOT NULL DEFAULT 0,
            created INTEGER NOT NULL,
            last_updated INTEGER NOT NULL,
            claim_number INTEGER NOT NULL DEFAULT 0,
            claim_machine TEXT,
            claim_process_id INTEGER,
            claim_process_start INTEGER,
            claimed_at INTEGER,
            lease_until INTEGER,
            has_staged INTEGER NOT NULL DEFAULT 0
        );

        CREATE TABLE generation (
            source_id INTEGER NOT NULL REFERENCES data_source (id),
            number INTEGER NOT NULL,
            committed_at INTEGER NOT NULL,
            revision TEXT,
            revision_author TEXT,
            revision_authored_at INTEGER,
            revision_subject TEXT,
            added INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            removed INTEGER NOT NULL,
            touched INTEGER NOT NULL,
            unchanged INTEGER NOT NULL,
            PRIMARY KEY (source_id, number)
        ) WITHOUT ROWID;

        CREATE TABLE file_version (
            source_id INTEGER NOT NULL REFERENCES data_source (id),
            path TEXT NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER,
            file_id INTEGER NOT NULL,
            digest BLOB NOT NULL,
            size INTEGER NOT NULL,
            fingerprint BLOB NOT NULL,
            is_uncertain INTEGER NOT NULL,
            PRIMARY KEY (source_id, path, since)
        ) WITHOUT ROWID;

        CREATE TABLE file_problem (
            source_id INTEGER NOT NULL REFERENCES data_source (id),
            ordinal INTEGER NOT NULL,
            name TEXT NOT NULL,
            kind TEXT NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (source_id, ordinal)
        ) WITHOUT ROWID;

        CREATE TABLE content (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            digest BLOB UNIQUE,
            size INTEGER NOT NULL,
            touched_at INTEGER,
            data BLOB
        );

        CREATE TABLE content_chunk (
            content_id INTEGER NOT NULL REFERENCES content (id),
            ordinal INTEGER NOT NULL,
            data BLOB NOT NULL,
            PRIMARY KEY (content_id, ordinal)
        );

        CREATE TABLE unnamed_content (
            content_id INTEGER PRIMARY KEY,
            digest BLOB NOT NULL
        );

        CREATE TABLE link_pattern (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            source_id INTEGER NOT NULL REFERENCES data_source (id),
            pattern TEXT NOT NULL,
            fields TEXT NOT NULL,
            is_auto_sync INTEGER NOT NULL,
            UNIQUE (kind, source_id, pattern)
        );

        CREATE TABLE synced_object (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            fields TEXT NOT NULL,
            source_id INTEGER REFERENCES data_source (id),
            path TEXT,
            is_auto_sync INTEGER NOT NULL DEFAULT 0,
            pattern_id INTEGER REFERENCES link_pattern (id),
            content_digest BLOB,
            as_applied_digest BLOB,
            applied_file_digest BLOB,
            applied_at INTEGER,
            changed_at INTEGER,
            created INTEGER NOT NULL,
            last_updated INTEGER NOT NULL,
            UNIQUE (kind, name),
            CHECK ((source_id IS NULL) = (path IS NULL))
        );
        CREATE INDEX synced_object_link ON synced_object (source_id, path);
        CREATE INDEX synced_object_pattern ON synced_object (pattern_id) WHERE pattern_id IS NOT NULL;

        CREATE TABLE object_revision (
            object_id INTEGER NOT NULL REFERENCES synced_object (id),
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            acted_by TEXT,
            action TEXT NOT NULL,
            before_digest BLOB,
            content_digest BLOB,
            file_digest BLOB,
            revision TEXT,
            revision_author TEXT,
            revision_authored_at INTEGER,
            revision_subject TEXT,
            PRIMARY KEY (object_id, number)
        ) WITHOUT ROWID;

        CREATE TABLE decode_verdict (
            digest BLOB NOT NULL,
            kind TEXT NOT NULL,
            path TEXT NOT NULL,
            fault TEXT,
            PRIMARY KEY (digest, kind, path)
        ) WITHOUT ROWID;

        CREATE TABLE user_account (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            is_superuser INTEGER NOT NULL,
            is_active INTEGER NOT NULL
        );

        CREATE TABLE user_group (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE
        );

        CREATE TABLE membership (
            user_id INTEGER NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
            group_id INTEGER NOT NULL REFERENCES user_group (id) ON DELETE CASCADE,
            PRIMARY KEY (user_id, group_id)
        ) WITHOUT ROWID;

        CREATE TABLE object_permission (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            description TEXT NOT NULL,
            is_enabled INTEGER NOT NULL,
            types TEXT NOT NULL,
            actions TEXT NOT NULL,
            constraints TEXT NOT NULL
        );

        CREATE TABLE permission_user (
            permission_id INTEGER NOT NULL REFERENCES object_permission (id) ON DELETE CASCADE,
            user_id INTEGER NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
            PRIMARY KEY (permission_id, user_id)
        ) WITHOUT ROWID;

        CREATE TABLE permission_group (
            permission_id INTEGER NOT NULL REFERENCES object_permission (id) ON DELETE CASCADE,
            group_id INTEGER NOT NULL REFERENCES user_group (id) ON DELETE CASCADE,
            PRIMARY KEY (permission_id, group_id)
        ) WITHOUT ROWID;

        CREATE TABLE audit_row (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            acted_by TEXT,
            action TEXT NOT NULL,
            type TEXT NOT NULL,
            name TEXT NOT NULL,
            before_digest BLOB,
            after_digest BLOB,
            revision TEXT,
            detail TEXT NOT NULL
        );
        """
}
