internal import GRDB
internal import Model

extension StoreError {
    /// What an error of the database means to a person; never a value of a statement.
    init(_ error: any Error, at path: String) {
        if let error = error as? StoreError { self = error; return }
        guard let error = error as? DatabaseError else {
            self = .unavailable("the store \"\(path)\" failed: \(type(of: error))")
            return
        }
        let reason =
            switch error.resultCode {
            case .SQLITE_FULL:
                "the disk that holds the store \"\(path)\" is full\n-> make room on it, then run the command again"
            case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
                "the store \"\(path)\" may not be written\n-> \(StoreFolder.howToWrite)"
            case .SQLITE_CANTOPEN:
                "the store \"\(path)\" cannot be opened\n-> it and its folder must be writable, and this process must "
                    + "be allowed enough open files (`ulimit -n`)"
            case .SQLITE_CORRUPT: "the store \"\(path)\" is damaged\n-> restore it from a backup"
            case .SQLITE_NOTADB:
                "the file \"\(path)\" is not a store, or it is damaged\n-> restore it from a backup, or use another "
                    + "store with --store"
            case .SQLITE_BUSY, .SQLITE_LOCKED: "another process kept the store \"\(path)\" busy for too long; try again"
            case .SQLITE_IOERR:
                "the disk that holds the store \"\(path)\" reports an error\n-> see that it is healthy, not over its quota "
                    + "and still there, then run the command again"
            case .SQLITE_NOMEM: "there is not enough memory to read the store \"\(path)\""
            case .SQLITE_TOOBIG: "something is too large to be kept in the store \"\(path)\""
            default: "the store \"\(path)\" failed: \(error.message ?? "code \(error.extendedResultCode.rawValue)")"
            }
        self = .unavailable(reason)
    }
}
