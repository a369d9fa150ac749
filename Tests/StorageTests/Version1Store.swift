import Fixtures
import Foundation
import GRDB

@testable import Storage

/// A store as the first released schema left it, with a row wherever version 2 changes something.
///
/// Made by that version's own SQL, in write-ahead mode and without overwriting what is deleted, as its program did.
struct Version1Store {
    let folder: TemporaryFolder

    /// - Parameter sources: the URL and parameters (as JSON) of each data source, by its name.
    init(_ sources: [String: (url: String, parameters: String)] = [:]) throws {
        folder = try TemporaryFolder("sluice-version1")
        let file = path
        try folder.write("sluice.db", "", mode: 0o600)
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA page_size = 16384; PRAGMA secure_delete = OFF")
        }
        let pool = try DatabasePool(path: file, configuration: configuration)
        try pool.write { database in
            try database.execute(sql: SchemaSQL.version1)
            try database.execute(sql: "PRAGMA user_version = 1; PRAGMA application_id = \(0x536C_7569)")
            try database.execute(
                sql: "INSERT INTO user_account (name, is_superuser, is_active) VALUES ('root', 1, 1)")
            for (name, source) in sources.sorted(by: { $0.key < $1.key }) {
                try database.execute(
                    sql: """
                        INSERT INTO data_source (
                            name, type, source_url, is_enabled, description, ignore_rules, parameters, status,
                            generation, revision, revision_author, revision_authored_at, revision_subject, file_count,
                            created, last_updated)
                        VALUES (?, 'git', ?, 1, 'kept', '', ?, 'completed', 1, 'r1', 'Ada <ada@example.net>', 5, 'first',
                                1, 6, 7)
                        """, arguments: [name, source.url, source.parameters])
                try Self.addFile(of: database.lastInsertedRowID, to: database)
            }
        }
        try pool.close()
    }

    var path: String { folder.path(of: "sluice.db") }

    /// Changes the store as its program would have.
    func change(_ sql: String) throws {
        let pool = try DatabasePool(path: path)
        try pool.write { try $0.execute(sql: "PRAGMA secure_delete = OFF; " + sql) }
        try pool.close()
    }

    func open() throws -> SQLiteStore {
        try SQLiteStore.open(folder: folder.path, creator: "root", at: TestStore.noon, clock: { TestStore.noon })
    }

    private static func addFile(of source: Int64, to database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO generation (
                    source_id, number, committed_at, revision, revision_author, revision_authored_at, revision_subject,
                    added, modified, removed, touched, unchanged)
                VALUES (\(source), 1, 8, 'r1', 'Ada <ada@example.net>', 5, 'first', 1, 0, 0, 0, 0);
                INSERT INTO file_version (source_id, path, since, file_id, digest, size, fingerprint, is_uncertain)
                VALUES (\(source), 'a.j2', 1, \(source), zeroblob(32), 1, x'00', 0);
                INSERT INTO synced_object (kind, name, fields, source_id, path, created, last_updated)
                VALUES ('config-template', 'a\(source)', '{}', \(source), 'a.j2', 9, 9);
                INSERT INTO object_revision (
                    object_id, number, at, actor, action, revision, revision_author, revision_authored_at,
                    revision_subject)
                VALUES (last_insert_rowid(), 1, 10, 'root', 'apply', 'r1', 'Ada <ada@example.net>', 5, 'first');
                """)
    }
}
