package import Model

/// The embedded store: one folder with one SQLite database, shared by any number of processes.
///
/// The adapters in `SQLiteStore+...` only open transactions; what happens in them are methods of `Connection`.
package final class SQLiteStore: Store {
    let engine: Engine
    let keys: KeyPlace
    let clock: @Sendable () -> Timestamp

    private init(engine: Engine, keys: KeyPlace, clock: @escaping @Sendable () -> Timestamp) {
        self.engine = engine
        self.keys = keys
        self.clock = clock
    }

    /// Opens the store in `folder`, which is created with mode 0700 if need be, as is the database with mode 0600.
    ///
    /// Blocks for some milliseconds; longer while another process brings the database up to date.
    /// - Parameters:
    ///   - creator: the first user of a new store, its superuser.
    ///   - founding: what else a new store begins with, made in the creator's name.
    ///   - environment: may say where the key for secrets is; see `KeyPlace`.
    ///   - clock: the present moment at each look: whether a lease still runs, and since when content is unused.
    /// - Throws: `.tooNew`; `.sealed` when an older store's secrets cannot be encrypted; `.unavailable` when the folder cannot be made or written, or holds something else.
    package static func open(
        folder: String, creator: String, founding: [AccessChange] = [], environment: [String: String] = [:],
        at now: Timestamp, clock: @escaping @Sendable () -> Timestamp
    ) throws(StoreError) -> SQLiteStore {
        let folder = try StoreFolder.prepare(folder)
        let keys = KeyPlace(folder: folder.path, environment: environment)
        // The common case, in which nobody has to wait for whoever writes.
        if let store = try present(in: folder, keys: keys, clock: clock) { return store }
        // Two processes that make the database at once would meet while it has no write-ahead log yet to wait on.
        let lock = try folder.lock()
        defer { lock.release() }
        let file = try folder.makeDatabaseFile()
        let engine = try Engine.open(file.path)
        if try Migrations.run(
            on: engine, in: folder, creator: creator, founding: founding, keys: keys, at: now)
        {
            engine.scrub()
        }
        // A database that is a store by its log alone would be taken for a new one if the log were lost.
        if !file.isMarked { engine.copyLog() }
        return SQLiteStore(engine: engine, keys: keys, clock: clock)
    }

    /// Opens the store in `folder` if there is one that is up to date; nothing is made or changed otherwise.
    ///
    /// - Returns: nil when there is no store, or one that has to be brought up to date first.
    /// - Throws: `.tooNew`; `.unavailable` when it cannot be read and written.
    package static func openPresent(
        folder: String, environment: [String: String], clock: @escaping @Sendable () -> Timestamp
    ) throws(StoreError) -> SQLiteStore? {
        try present(
            in: StoreFolder(path: folder), keys: KeyPlace(folder: folder, environment: environment), clock: clock)
    }

    private static func present(
        in folder: StoreFolder, keys: KeyPlace, clock: @escaping @Sendable () -> Timestamp
    ) throws(StoreError) -> SQLiteStore? {
        guard let file = try folder.markedDatabaseFile() else { return nil }
        let engine = try Engine.open(file.path)
        if try Migrations.areDone(on: engine) { return SQLiteStore(engine: engine, keys: keys, clock: clock) }
        try engine.close()
        return nil
    }

    /// Ends all connections. Nothing may be asked afterwards.
    package func close() throws(StoreError) { try engine.close() }

    /// Ends the use of the store by a process that is about to end. Nothing may be asked afterwards.
    ///
    /// The write-ahead log stays beside the database, where the next process goes on with it, and is moved into the
    /// database only once it has grown: to do that, to take the log away and to make it anew, with every command, would
    /// cost each of them four flushes of the disk. What was committed is as durable as it was.
    package func leave() { engine.leave() }
}
