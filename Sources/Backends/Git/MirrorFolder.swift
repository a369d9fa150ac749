private import Crypto
internal import Foundation
private import Glibc
internal import Model

/// The folder that holds one mirror: the repository, its lock, and what is known of its server.
///
/// Its name is a keyed hash of URL and credential: sources that share both share the mirror, and the name tells
/// nothing about either. The key lies beside it and belongs to this cache alone.
struct MirrorFolder: Sendable {
    let path: String

    var name: String { String(path.split(separator: "/").last ?? "") }
    var lock: String { path + "/lock" }
    var memo: ServerMemo { ServerMemo(file: path + "/server") }
    /// The bare repository.
    var repository: String { path + "/repository" }
    /// Where fetches leave their packs.
    var packs: String { repository + "/objects/pack" }
    /// A replacement while it is being built.
    var fresh: String { path + "/fresh" }
    private var old: String { path + "/old" }
    /// Is there once a data source's record names the mirror.
    private var mark: String { path + "/used" }

    /// A mirror whose place is known.
    init(at path: String) { self.path = path }

    /// Finds the mirror's place below `cacheFolder` and makes the folder.
    ///
    /// - Parameter identity: URL and credential.
    init(in cacheFolder: String, of identity: [String]) throws(BackendError) {
        let root = cacheFolder + "/git"
        do {
            try Self.make(root)
            var hash = HMAC<SHA256>(key: SymmetricKey(data: try Self.salt(root)))
            for part in identity {
                hash.update(data: withUnsafeBytes(of: part.utf8.count.littleEndian) { Data($0) })
                hash.update(data: Data(part.utf8))
            }
            path = root + "/" + Hexadecimal.text(of: hash.finalize().prefix(16))
            try Self.make(path)
        } catch {
            throw BackendError(
                .local, "cannot make a git mirror below \"\(cacheFolder)\": \(Self.reason(error))")
        }
    }

    private static func reason(_ error: any Error) -> String {
        (error as? BackendError)?.reason ?? error.localizedDescription
    }

    /// Whether `name` is one of the names that mirrors have.
    static func isName(_ name: String) -> Bool {
        name.utf8.count == 32 && name.utf8.allSatisfy { Hexadecimal.value(of: $0) != nil }
    }

    var wasUsed: Bool { FileManager.default.fileExists(atPath: mark) }

    func markUsed() {
        if !wasUsed { _ = FileManager.default.createFile(atPath: mark, contents: nil) }
    }

    /// Removes what an interrupted run left behind. Only under the lock.
    func sweep() {
        for leftover in [fresh, old] { remove(leftover) }
        for name in names(in: packs) where name.hasPrefix("pack_git2_") || name.hasSuffix(".lock") {
            remove(packs + "/" + name)
        }
        for folder in ["", "/refs/sluice"] {
            for name in names(in: repository + folder) where name.hasSuffix(".lock") {
                remove(repository + folder + "/" + name)
            }
        }
        // Packs are always a pair: an index without its pack, or the reverse, is half a write.
        let present = Set(names(in: packs))
        for name in present where name.hasPrefix("pack-") {
            let partner = name.hasSuffix(".idx") ? name.dropLast(4) + ".pack" : name.dropLast(5) + ".idx"
            if !present.contains(String(partner)) { remove(packs + "/" + name) }
        }
    }

    /// Puts the repository at ``fresh`` in the place of the old one. Only under the lock.
    func adoptFresh() throws(BackendError) {
        do {
            if FileManager.default.fileExists(atPath: repository) {
                try FileManager.default.moveItem(atPath: repository, toPath: old)
            }
            try FileManager.default.moveItem(atPath: fresh, toPath: repository)
        } catch {
            throw BackendError(.local, "cannot replace the git mirror \"\(path)\": \(error.localizedDescription)")
        }
        remove(old)
    }

    func removeRepository() { remove(repository) }

    /// False when a part is missing that libgit2 does not ask for before it needs it.
    var isComplete: Bool { FileManager.default.fileExists(atPath: packs) }

    /// How many packs fetches have left in the repository.
    var packCount: Int { names(in: packs).count { $0.hasSuffix(".pack") } }

    private func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []  // Not there, nothing in it.
    }

    private func remove(_ path: String) {
        // What will not go away is found again by the next sweep, or stops whoever needs its place.
        try? FileManager.default.removeItem(atPath: path)
    }

    private static func make(_ folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// 32 random bytes, made by whoever needs them first, and again when they are not whole.
    private static func salt(_ root: String) throws -> Data {
        let file = root + "/salt"
        if let salt = wholeSalt(file) { return salt }
        // The file itself is the lock: once it is replaced, whoever waited holds a lock on nothing and looks again.
        let lock = try FileLock.wait(for: file)
        return try withExtendedLifetime(lock) {
            if let salt = wholeSalt(file) { return salt }
            let salt = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
            let draft = file + "-" + UUID().uuidString
            defer { try? FileManager.default.removeItem(atPath: draft) }  // Renamed, or a stray that does no harm.
            guard FileManager.default.createFile(atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600])
            else { throw CocoaError(.fileWriteUnknown) }
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: draft))
            try handle.write(contentsOf: salt)
            // Or a power cut may keep the new name and lose what it names.
            try handle.synchronize()
            try handle.close()
            guard rename(draft, file) == 0 else { throw CocoaError(.fileWriteUnknown) }
            return salt
        }
    }

    private static func wholeSalt(_ file: String) -> Data? {
        FileManager.default.contents(atPath: file).flatMap { $0.count == 32 ? $0 : nil }
    }
}
