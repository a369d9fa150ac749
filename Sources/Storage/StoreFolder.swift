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
    func makeDatabaseFile() throws(StoreError) -> String {
        let file = "\(path)/sluice.db"
        let descriptor = Foundation.open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let code = errno
            let advice = code == EACCES || code == EROFS ? "\n-> \(Self.howToWrite)" : ""
            throw .unavailable("cannot open the store \"\(file)\": \(String(cString: strerror(code)))\(advice)")
        }
        defer { Foundation.close(descriptor) }
        var header = [UInt8](repeating: 0, count: Migrations.headerSize)
        if pread(descriptor, &header, header.count, 0) == header.count {
            try Migrations.refuseNewer(header, at: file)
        }
        return file
    }

    /// Waits until no other process is opening this store.
    func lock() throws(StoreError) -> FolderLock {
        let descriptor = Foundation.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .unavailable("cannot open the store \"\(path)\": \(String(cString: strerror(errno)))")
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

    private static func reason(of error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        guard let underlying, underlying.domain == NSPOSIXErrorDomain else { return "the system refused" }
        return String(cString: strerror(Int32(underlying.code)))
    }
}

/// A lock that ends with its process at the latest.
struct FolderLock {
    fileprivate let descriptor: Int32

    func release() { close(descriptor) }
}
