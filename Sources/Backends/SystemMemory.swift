private import CCurl

/// How this process gets memory from the system.
package enum SystemMemory {
    /// Keeps what one thread freed within reach of the others. To be called before there are others.
    ///
    /// By default there may be eight arenas for each processor, and each holds on to its peak. With one, a first sync of
    /// 100,000 files from git takes 70 MiB instead of 80 with two, and no more time: threads get small pieces from caches
    /// of their own.
    /// - Source: mallopt(3), `M_ARENA_MAX`.
    package static func shareFreed() { mallopt(M_ARENA_MAX, 1) }
}
