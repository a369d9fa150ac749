internal import Foundation
internal import Model

/// The folder that holds a store's database, for its owner's eyes only.
struct StoreFolder {
    let path: String

    /// Makes the folder with mode 0700 if it is not there; one that is keeps its mode.
    static func prepare(_ path: String) throws(StoreError) -> StoreFolder {
        var status = stat()
        if stat(path, &status) != 0 {
            do {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw .unavailable("cannot make the store folder \"\(path)\": \(Self.reason(of: error))")
            }
        } else if status.st_mode & S_IFMT != S_IFDIR {
            throw .unavailable("cannot open the store \"\(path)\": it is not a folder")
        }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            throw .unavailable(
                "cannot open the store \"\(path)\": its folder may not be written\n-> \(Self.howToWrite)")
        }
        return StoreFolder(path: path)
    }

    /// What to do about a store that cannot be written, where everything goes through its log.
    static let howToWrite = "let your user write it, or use another store with --store"

    /// The database file, made empty with mode 0600 if it is not there. SQLite gives its side files the same mode.
    ///
    /// Throws `.unavailable` when it is missing or empty and should not be: see ``requireUnused()``.
    func makeDatabaseFile() throws(StoreError) -> DatabaseFile {
        let file = databasePath
        var status = stat()
        if stat(file, &status) != 0 ? errno == ENOENT : status.st_size == 0 {
            // Beside a file without a page SQLite takes the log for a stray, and deletes it. Of a database that is only
            // being made the first page is there before the log.
            try requireUnused(andNot: ["sluice.db-wal"])
        }
        return try open(O_CREAT)
    }

    /// The database file if it is there and says itself that it is a store.
    func markedDatabaseFile() throws(StoreError) -> DatabaseFile? {
        guard access(databasePath, F_OK) == 0 else { return nil }
        let file = try open()
        return file.isMarked ? file : nil
    }

    private func open(_ flags: Int32 = 0) throws(StoreError) -> DatabaseFile {
        let file = databasePath
        let descriptor = Foundation.open(file, O_RDWR | O_CLOEXEC | flags, 0o600)
        guard descriptor >= 0 else {
            let code = errno
            throw .unavailable("cannot open the store \"\(file)\": \(Self.reason(code))")
        }
        defer { Foundation.close(descriptor) }
        var header = [UInt8](repeating: 0, count: Migrations.headerSize)
        guard pread(descriptor, &header, header.count, 0) == header.count else {
            return DatabaseFile(path: file, isMarked: false)
        }
        try Migrations.refuseNewer(header, at: file)
        return DatabaseFile(path: file, isMarked: Migrations.isMarked(header))
    }

    private var databasePath: String { "\(path)/sluice.db" }

    /// Throws `.unavailable` when the folder holds what only a store leaves that was in use: its database was lost, and
    /// whoever made a new one would be everybody's superuser.
    func requireUnused(andNot others: [String] = []) throws(StoreError) {
        let left = (Self.leftByUse + others).filter { isThere($0) }
        guard !left.isEmpty else { return }
        throw .unavailable(
            "the store \"\(path)\" has lost its database: \"sluice.db\" is missing or empty beside "
                + left.joined(separator: " and ") + "\n-> put sluice.db back from a backup; to begin anew, use another "
                + "store with --store, or move \(left.count == 1 ? "that" : "these") away")
    }

    /// What using a store puts beside its database: the key of its secrets, and what backends keep.
    private static let leftByUse = [KeyPlace.fileName, "cache"]

    /// Whether there is such a file, or a folder with something in it.
    private func isThere(_ name: String) -> Bool {
        let place = "\(path)/\(name)"
        var status = stat()
        guard lstat(place, &status) == 0 else { return false }
        guard status.st_mode & S_IFMT == S_IFDIR else { return true }
        // A folder that cannot be read is not known to be empty.
        return (try? FileManager.default.contentsOfDirectory(atPath: place).isEmpty) != true
    }

    /// Waits until no other process is opening this store.
    func lock() throws(StoreError) -> FolderLock {
        let descriptor = Foundation.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .unavailable("cannot open the store \"\(path)\": \(Self.reason(errno))")
        }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let reason = String(cString: strerror(errno))
                Foundation.close(descriptor)
                throw .unavailable("cannot lock the store \"\(path)\": \(reason)")
            }
        }
        return FolderLock(descriptor: descriptor)
    }

    /// The system's words, and what to do.
    private static func reason(_ code: Int32) -> String {
        let words = String(cString: strerror(code))
        return switch code {
        case EACCES, EROFS: "\(words)\n-> \(howToWrite)"
        case EMFILE, ENFILE: "\(words)\n-> this process must be allowed enough open files (`ulimit -n`)"
        default: words
        }
    }

    private static func reason(of error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        guard let underlying, underlying.domain == NSPOSIXErrorDomain else { return "the system refused" }
        return String(cString: strerror(Int32(underlying.code)))
    }
}

/// The file of a store's database.
struct DatabaseFile {
    let path: String
    /// Whether the file itself says that it is a store, not only the log beside it.
    let isMarked: Bool
}

/// A lock that ends with its process at the latest.
struct FolderLock {
    fileprivate let descriptor: Int32

    func release() { close(descriptor) }
}
