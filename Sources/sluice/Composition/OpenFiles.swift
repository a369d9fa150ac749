import Glibc
import Stages

/// How many files this process may have open, connections included, and how much it does at once for that.
enum OpenFiles {
    /// Takes as much as the system allows: the limit that a process begins with is one for old programs. To be called
    /// once, before the limit is asked for.
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < mostWanted else { return }
        limit.rlim_cur = min(limit.rlim_max, mostWanted)
        // As it was, if this is refused.
        setrlimit(resource, &limit)
    }

    /// The limit itself; what a program may have at least when the system does not tell.
    private static let limit: Int = {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 256 }
        return Int(min(limit.rlim_cur, mostWanted))
    }()

    /// Data sources synced at once: enough to keep a server busy and to hide the way to it; a sync of large files holds
    /// up to 36 MiB.
    static let sourcesAtOnce = sourcesAtOnce(for: limit)
    /// Files of one source read at once.
    static let readsAtOnce = readsAtOnce(for: limit)

    static func sourcesAtOnce(for limit: Int) -> Int { min(max((limit - own) / ofSource, 1), 8) }

    /// A read takes a connection, which stays open for a while after, and sometimes a file.
    static func readsAtOnce(for limit: Int) -> Int {
        min(max((limit - own) / 3 / sourcesAtOnce(for: limit), 4), Surroundings.mostReads)
    }

    /// What the process itself and the store have open.
    private static let own = 32
    /// What a source has open beside what it reads, and some reads.
    private static let ofSource = 32
    /// More is never used, and a program that is started may go through all that it might have open.
    private static let mostWanted: rlim_t = 65_536

    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
}
