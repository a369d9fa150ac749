internal import Foundation
internal import Model

/// A file with keys, for its owner's eyes only: one key a line in base64, the present one first.
struct KeyFile: Sendable {
    let path: String

    var shown: String { "the key file \"\(EscapedName(path))\"" }

    /// - Returns: nil when there is no such file.
    /// - Throws: ``KeyFault`` when others may read it, or it holds anything but keys.
    func read() throws(KeyFault) -> [SecretKey]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw KeyFault("\(shown) cannot be read: \(Self.reason())", advice: "let this user read it")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw KeyFault("\(shown) is not a file", advice: "name a file that holds a key")
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw KeyFault(
                "\(shown) may be read or written by others, its mode is \(mode)",
                advice: "chmod 600 it; if somebody may have read it, change the key too: `sluice key rotate`")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 || geteuid() == 0 else {
            throw KeyFault("\(shown) belongs to another user", advice: "give it to the user that runs sluice")
        }
        var buffer = [UInt8](repeating: 0, count: Self.limit + 1)
        let count = Foundation.read(descriptor, &buffer, buffer.count)
        guard count >= 0, count <= Self.limit else {
            throw KeyFault("\(shown) is no key file", advice: "name a file that holds a key")
        }
        return try keys(in: String(decoding: buffer.prefix(count), as: UTF8.self))
    }

    private func keys(in text: String) throws(KeyFault) -> [SecretKey] {
        var keys: [SecretKey] = []
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            guard let key = SecretKey(base64: line.filter { $0 != " " }) else {
                throw KeyFault(
                    "\(shown) is damaged: a line of it is not a key of 32 bytes in base64",
                    advice: "put the right file back")
            }
            keys.append(key)
        }
        guard !keys.isEmpty else { throw KeyFault("\(shown) is empty", advice: "put the right file back") }
        return keys
    }

    /// Puts these keys into the file, all or nothing: after a crash it has the keys of before or these.
    ///
    /// To be called by one at a time. What an interrupted call left beside the file is removed.
    func write(_ keys: [SecretKey]) throws(KeyFault) {
        // A link stays one, and what it leads to is replaced.
        let target = realpath(path, nil).map { resolved in
            defer { free(resolved) }
            return String(cString: resolved)
        }
        let file = target ?? path
        let folder = String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)])
        removeDrafts(of: file, in: folder)
        let draft = "\(file)\(Self.draftMark)\(getpid())"
        let text = Self.heading + keys.map { $0.base64 + "\n" }.joined()
        guard Self.create(draft, text), rename(draft, file) == 0 else {
            let reason = Self.reason()
            unlink(draft)
            throw KeyFault("\(shown) cannot be written: \(reason)", advice: "let this user write it and its folder")
        }
        // Or a power cut may take the new name back after secrets were sealed with what it names.
        guard Self.flush(folder: folder.isEmpty ? "/" : folder) else {
            throw KeyFault(
                "the folder of \(shown) cannot be flushed to the disk: \(Self.reason())",
                advice: "let this user read that folder, then run the command again")
        }
    }

    /// Puts the names in a folder on the disk. A file system that knows no such thing (`EINVAL`) has nothing to flush.
    private static func flush(folder: String) -> Bool {
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return false }
        let isDone = fsync(directory) == 0 || errno == EINVAL
        // Closing must not hide the reason.
        let code = errno
        close(directory)
        errno = code
        return isDone
    }

    private func removeDrafts(of file: String, in folder: String) {
        // What cannot be listed has nothing that could be removed.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let path = "\(folder)/\(name)"
            if path.hasPrefix(file + Self.draftMark) { unlink(path) }
        }
    }

    private static func create(_ path: String, _ text: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return false }
        let bytes = Array(text.utf8)
        let isWhole = Foundation.write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        return close(descriptor) == 0 && isWhole
    }

    private static func reason() -> String { String(cString: strerror(errno)).lowercased() }

    private static let draftMark = ".draft-"
    /// Many keys, and not a file that somebody named by mistake.
    private static let limit = 16 << 10
    private static let heading = """
        # The keys of a sluice store, the present one first. Whoever has them and the store can read its secrets.

        """
}

/// Why there is no usable key: a clause in lower case, and what to do.
struct KeyFault: Error {
    let clause: String
    let advice: String

    init(_ clause: String, advice: String) {
        self.clause = clause
        self.advice = advice
    }

    /// - Parameter doing: as in `cannot DOING: ...`.
    func error(_ doing: String) -> StoreError { .sealed("cannot \(doing): \(clause)\n-> \(advice)") }
}
