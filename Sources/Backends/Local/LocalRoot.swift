private import Glibc
internal import Model

/// The root directory of a local source, held open, and the only way to what is below it.
///
/// Each component of a path is opened in the directory before it, and no link is followed, so that nothing outside the
/// root is reached even if somebody moves directories about meanwhile.
struct LocalRoot: Sendable {
    let path: String
    private let descriptor: Descriptor

    /// - Throws: ``BackendError`` when there is no readable directory at `path`, or it is not in the roots that are
    ///   allowed.
    init(_ path: String, allowed: AllowedRoots = AllowedRoots(nil)) throws(BackendError) {
        self.path = path
        do throws(SystemError) {
            descriptor = try Descriptor(root: path)
        } catch {
            throw allowed.error(Self.error(path, error), opening: path)
        }
        // After it was opened: what is open stays what it is, whatever becomes of its path.
        try allowed.check(descriptor, named: path)
    }

    /// Opens the directory at `path` below the root: its components, each with a `/` at its end.
    func directory(_ path: some Collection<UInt8>) throws(SystemError) -> Descriptor {
        var directory = descriptor
        for component in path.split(separator: UInt8(ascii: "/")) {
            directory = try Self.withName(component) { (name) throws(SystemError) in try directory.directory(name) }
        }
        return directory
    }

    /// Calls `body` with the null-terminated copy of `name`.
    static func withName<Value>(
        _ name: some Collection<UInt8>, _ body: (UnsafePointer<CChar>) throws(SystemError) -> Value
    ) throws(SystemError) -> Value {
        let copy = name.map { CChar(bitPattern: $0) } + [0]
        return try body(copy)
    }

    /// - Throws: ``BackendError`` when the root was removed: what is left of it looks like an empty directory.
    func checkExistence() throws(BackendError) {
        do throws(SystemError) {
            if try descriptor.isRemoved() { throw SystemError(code: ENOENT) }
        } catch {
            throw Self.error(path, error)
        }
    }

    private static func error(_ path: String, _ error: SystemError) -> BackendError {
        let reason = "cannot open the folder \"\(EscapedName(path))\": \(error.clause)"
        switch error.code {
        case ENOENT:
            return BackendError(.notFound, reason, advice: "check the URL, and that its file system is mounted")
        case ENOTDIR: return BackendError(.notFound, reason, advice: "name the folder that holds the files")
        case EACCES, EPERM:
            return BackendError(.credentials, reason, advice: "let the user that syncs read the folder and those above")
        default:
            let advice = error.shortage?.advice ?? "check the folder and its file system"
            return BackendError(.local, reason, advice: advice, retry: .later)
        }
    }
}
