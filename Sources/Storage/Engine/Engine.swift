private import Dispatch
internal import Foundation
internal import GRDB
internal import Model

/// Runs whole transactions on the database of one store: one writer, some readers that never wait for it.
///
/// A transaction that began runs to its end: cancelling the task that asked for it does not interrupt it, so that
/// giving a claim back works in a cancelled task too. Only the files of this folder use the database's library. Of the
/// statements elsewhere some are this database's own too: those that overwrite what is deleted (`SecretSQL`), and those
/// that check it and rebuild its indexes (`IntegritySQL`).
final class Engine: Sendable {
    /// When a transaction's changes are on the disk.
    enum Durability: Sendable {
        /// Before the call returns.
        case now
        /// At the latest with the next transaction that is durable now; a power cut loses the transaction whole.
        case withNext
    }

    let path: String
    private let pool: DatabasePool
    /// The threads that wait for a reader.
    private let readers = DispatchQueue(label: "sluice.store.readers", attributes: .concurrent)

    private init(path: String, pool: DatabasePool) {
        self.path = path
        self.pool = pool
    }

    /// Opens a database file, which may be empty.
    static func open(_ path: String) throws(StoreError) -> Engine {
        do {
            return Engine(path: path, pool: try DatabasePool(path: path, configuration: configuration))
        } catch {
            throw StoreError(error, at: path)
        }
    }

    /// Sees one state of the database throughout.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws(StoreError) -> Result {
        let result = await withCheckedContinuation { continuation in
            readers.async { [pool, path] in
                // Not the pool's own way to wait, which gives the result before the reader is free: whoever goes on to
                // the next read would find it taken, and open another.
                continuation.resume(
                    returning: Swift.Result { try pool.read { database in try body(Connection(database)) } }
                        .mapError { StoreError($0, at: path) })
            }
        }
        return try result.get()
    }

    /// Like ``read(_:)``, on the calling thread, which waits for nobody but a reader.
    func readBlocking<Result>(_ body: (Connection) throws -> Result) throws(StoreError) -> Result {
        do { return try pool.read { database in try body(Connection(database)) } } catch {
            throw StoreError(error, at: path)
        }
    }

    /// Keeps all that `body` writes, or nothing when it throws or calls ``Connection/undo()``.
    func write<Result: Sendable>(
        _ durability: Durability = .now, _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws(StoreError) -> Result {
        let result = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { [path] database in
                continuation.resume(
                    returning: Swift.Result { try Self.transaction(database, durability, body) }
                        .mapError { StoreError($0, at: path) })
            }
        }
        return try result.get()
    }

    /// Like ``write(_:_:)``, on the calling thread, which waits.
    func writeBlocking<Result>(
        _ durability: Durability = .now, _ body: (Connection) throws -> Result
    ) throws(StoreError) -> Result {
        do {
            return try pool.writeWithoutTransaction { database in
                try Self.transaction(database, durability, body)
            }
        } catch {
            throw StoreError(error, at: path)
        }
    }

    /// Writes the file anew without what was deleted from it, and empties its log.
    ///
    /// When that cannot be done now, since somebody reads or the disk is full, it stays due: an error is none of the
    /// caller's, whose store is whole.
    func scrub() {
        guard hasRoomForCopy else { return }
        do {
            try pool.writeWithoutTransaction { database in try database.execute(sql: "VACUUM") }
            guard try checkpoint() else { return }
            _ = try writeBlocking { db in try db.run(SecretSQL.noteScrubbed) }
        } catch {}
    }

    /// Whether the disk has room for what scrubbing writes: the new file, and as much in its log.
    private var hasRoomForCopy: Bool {
        var file = stat()
        var disk = statvfs()
        guard stat(path, &file) == 0, statvfs(path, &disk) == 0 else { return false }
        return UInt64(disk.f_bavail) * UInt64(disk.f_frsize) > 2 * UInt64(file.st_size)
    }

    /// Moves what the log holds into the file and empties it, unless somebody still reads from it.
    ///
    /// An error is dropped: the log is emptied at the latest by the last process that closes the store.
    func emptyLog() async {
        await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { database in
                _ = try? Self.checkpoint(database)
                continuation.resume()
            }
        }
    }

    /// Moves what the log holds into the file as far as nobody reads or writes there, and waits for nobody.
    ///
    /// An error is dropped: what stays in the log is no less kept.
    func copyLog() {
        _ = try? pool.writeWithoutTransaction { database in
            try Int.fetchOne(database, sql: "PRAGMA wal_checkpoint(PASSIVE)")
        }
    }

    /// - Returns: whether the log is empty now.
    private func checkpoint() throws -> Bool {
        try pool.writeWithoutTransaction { database in try Self.checkpoint(database) }
    }

    private static func checkpoint(_ database: Database) throws -> Bool {
        try Int.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)") == 0
    }

    func close() throws(StoreError) {
        do { try pool.close() } catch { throw StoreError(error, at: path) }
    }

    /// Keeps the connections until the process ends, and empties the log now if it is long and nobody else uses it.
    func leave() {
        _ = Unmanaged.passRetained(pool)
        guard hasLongLog else { return }
        // What cannot be done now, another process will do when it leaves.
        try? pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA busy_timeout = 0")
            _ = try Self.checkpoint(database)
        }
    }

    /// Whether whoever opens the store next would feel how long the log is: they read all of it.
    private var hasLongLog: Bool {
        var log = stat()
        return stat(path + "-wal", &log) == 0 && log.st_size > Self.longestLogLeft
    }

    /// Read in half a millisecond; that of a dozen syncs which find nothing new.
    private static let longestLogLeft = 1 << 20

    private static func transaction<Result>(
        _ database: Database, _ durability: Durability, _ body: (Connection) throws -> Result
    ) throws -> Result {
        // In write-ahead mode NORMAL leaves the log to be flushed by the next FULL commit or checkpoint, in order.
        try database.execute(sql: durability == .now ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")
        let connection = Connection(database)
        var result: Result?
        try database.inTransaction(.immediate) {
            result = try body(connection)
            return connection.isUndone ? .rollback : .commit
        }
        guard let result else { throw StoreError.unavailable("a transaction ended without its result") }
        return result
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "sluice.store"
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { database in
            try database.execute(sql: PragmaSQL.connection)
            if !database.configuration.readonly { try database.execute(sql: PragmaSQL.writer) }
        }
        return configuration
    }
}

/// How connections are set up. Sizes: a negative cache is in KiB.
private enum PragmaSQL {
    static let connection = """
        PRAGMA cache_size = -4096;
        PRAGMA temp_store = FILE;
        """
    /// 16 KiB pages: a 2 KiB file wastes half of a 4 KiB page, and inserting 100,000 of them takes twice as long.
    static let writer = """
        PRAGMA page_size = 16384;
        PRAGMA secure_delete = OFF;
        PRAGMA journal_size_limit = 67108864;
        """
}
