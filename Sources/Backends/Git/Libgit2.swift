internal import CGit2
private import Glibc
internal import Model

/// What libgit2 answered instead of doing what it was asked.
struct Libgit2Error: Error, CustomStringConvertible {
    let code: Int32
    let doing: String
    let message: String

    /// What the process lacked, if it was that.
    var shortage: SystemShortage? { SystemShortage.named(in: message) }
    var isNotFound: Bool { code == GIT_ENOTFOUND.rawValue }
    var description: String { "cannot \(doing): \(message)" }

    /// This error as the port's, for a repository of ours or on this machine's disk.
    var backendError: BackendError {
        BackendError(
            .local, description,
            advice: shortage?.advice
                ?? "check that the disk has room; `git fsck` checks a repository on this machine, `sluice check --repair` "
                + "the mirrors of all others")
    }
}

/// The funnel to libgit2: calls it and turns its code into an error at once, for its message belongs to the thread.
///
/// - Parameter doing: as in `cannot DOING: ...`.
@discardableResult
func libgit2(_ doing: @autoclosure () -> String, _ call: () -> Int32) throws(Libgit2Error) -> Int32 {
    Libgit2.start
    let code = call()
    guard code < 0 else { return code }
    let message = git_error_last().flatMap { $0.pointee.message }.map { String(cString: $0) } ?? "code \(code)"
    throw Libgit2Error(code: code, doing: doing(), message: message)
}

enum Libgit2 {
    /// How many packs stay open after they were read, where the process may not have many files open; a mirror has up to
    /// ``GitSupply/mostPacks``.
    private static var mostOpenPacks: Int? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < 1_024 else {
            return nil
        }
        return max(4, Int(limit.rlim_cur) / 16)
    }

    /// More than twice those of the largest public repositories, with all their history.
    static let mostObjectsInPack = 32 << 20

    /// Sets the library up once for the process.
    static let start: Void = {
        AllocationLimit.install()
        git_libgit2_init()
        // Windows into packs instead of whole packs: 79 MiB resident instead of 1,010 for a pack of 1 GB.
        _ = cgit2_set_size(Int32(GIT_OPT_SET_MWINDOW_SIZE.rawValue), 4 << 20)
        _ = cgit2_set_size(Int32(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT.rawValue), 32 << 20)
        if let packs = mostOpenPacks { _ = cgit2_set_size(Int32(GIT_OPT_SET_MWINDOW_FILE_LIMIT.rawValue), packs) }
        _ = cgit2_set_int(Int32(GIT_OPT_ENABLE_CACHING.rawValue), 0)
        // Room is made for as many objects as a pack claims to have, 8 bytes each, before one of them has arrived.
        _ = cgit2_set_size(Int32(GIT_OPT_SET_PACK_MAX_OBJECTS.rawValue), mostObjectsInPack)
        // The indexer named every object by its content when it arrived: hashing again at each read costs 7 times
        // the time of the read.
        _ = cgit2_set_int(Int32(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION.rawValue), 0)
        // A repository that somebody else owns is only read here: none of its configuration is carried out.
        _ = cgit2_set_int(Int32(GIT_OPT_SET_OWNER_VALIDATION.rawValue), 0)
        // Whose settings lie in a home directory or in /etc must not change what is replicated.
        for level in [GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL] {
            _ = cgit2_set_search_path(level, "")
        }
        // Extensions that matter to writers, or that only leave objects out.
        "preciousobjects".withCString { precious in
            "partialclone".withCString { partial in
                "worktreeconfig".withCString { workTree in
                    var names: [UnsafePointer<CChar>?] = [precious, partial, workTree]
                    _ = cgit2_set_extensions(&names, names.count)
                }
            }
        }
    }()
}
