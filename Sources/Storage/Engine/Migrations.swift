internal import Model

/// Brings a database to the form that this program knows. What has landed is never edited: a change is a new entry.
enum Migrations {
    static let all = [
        Migration(sql: SchemaSQL.version1),
        Migration(sql: SchemaSQL.version2) { db, keys in try db.sealWhatVersion1Kept(keys) },
        Migration(sql: SchemaSQL.version3),
    ]

    struct Migration {
        let sql: String
        /// What SQL cannot say, after it.
        var finish: @Sendable (Connection, KeyPlace) throws -> Void = { _, _ in }
    }

    /// Marks a file as a Sluice store: "Slui".
    private static let applicationID: Int64 = 0x536C_7569

    /// Of a database file, as much of its beginning as says what it is.
    static let headerSize = 100

    /// Throws `.tooNew` before anything opens a newer program's database: opening an idle one writes to it.
    ///
    /// One that is not idle is not written by being opened, and ``run(on:in:creator:founding:keys:at:)`` refuses it.
    /// - Source: SQLite's file format: the user version at offset 60, the application's id at 68, highest byte first.
    static func refuseNewer(_ header: [UInt8], at path: String) throws(StoreError) {
        if isMarked(header), number(in: header, at: 60) > all.count { throw .tooNew(path: path) }
    }

    /// Whether the beginning of a database file says that it is a store.
    static func isMarked(_ header: [UInt8]) -> Bool { number(in: header, at: 68) == applicationID }

    private static func number(in header: [UInt8], at offset: Int) -> Int64 {
        header[offset..<offset + 4].reduce(0) { $0 << 8 | Int64($1) }
    }

    /// Whether a database is a store of this version with nothing left to be scrubbed: then ``run(on:in:creator:founding:keys:at:)``
    /// would find nothing to do.
    static func areDone(on engine: Engine) throws(StoreError) -> Bool {
        try engine.readBlocking { db in
            let version: Int? = try db.value("PRAGMA user_version")
            let application: Int64? = try db.value("PRAGMA application_id")
            guard application == applicationID, version == all.count else { return false }
            return try !(db.value(SecretSQL.isScrubDue) ?? false)
        }
    }

    /// - Parameters:
    ///   - folder: where the database is, which must not look used if the database is new.
    ///   - creator: becomes the first user, a superuser, in the transaction that makes the schema.
    ///   - founding: is made in the same transaction.
    ///   - keys: seals secrets that an earlier version kept in the clear.
    /// - Returns: whether the file may hold remains that have to be scrubbed.
    /// - Throws: `.tooNew`; `.sealed`; `.unavailable` when the file belongs to another program, or the folder to a store
    ///   that has lost its database.
    static func run(
        on engine: Engine, in folder: StoreFolder, creator: String, founding: [AccessChange], keys: KeyPlace,
        at now: Timestamp
    ) throws(StoreError) -> Bool {
        let path = engine.path
        return try engine.writeBlocking { db in
            let version: Int = try db.value("PRAGMA user_version") ?? 0
            let application: Int64 = try db.value("PRAGMA application_id") ?? 0
            guard version <= all.count || application != applicationID else { throw StoreError.tooNew(path: path) }
            let tables: Int = try db.value("SELECT COUNT(*) FROM sqlite_schema") ?? 0
            guard application == applicationID || (application == 0 && version == 0 && tables == 0) else {
                throw StoreError.unavailable("the file \"\(path)\" belongs to another program")
            }
            guard version < all.count else {
                db.undo()
                return try db.value(SecretSQL.isScrubDue) ?? false
            }
            if version == 0 { try folder.requireUnused() }
            for migration in all[version...] {
                try db.script(migration.sql)
                try migration.finish(db, keys)
            }
            if version == 0 { try db.found(by: creator, founding, at: now) }
            // A pragma takes no placeholder; both are numbers of ours.
            try db.script("PRAGMA user_version = \(all.count); PRAGMA application_id = \(applicationID)")
            return try db.value(SecretSQL.isScrubDue) ?? false
        }
    }
}
