private import CCurl

/// How this process gets memory from the system.
package enum SystemMemory {
    /// Keeps what one thread freed within reach of the others. To be called before there are others.
    ///
    /// By default there may be eight arenas for each processor, and each holds on to its peak: a first sync of many
    /// files then takes a tenth more memory, and no less time.
    /// - Source: mallopt(3), `M_ARENA_MAX`.
    package static func shareFreed() { mallopt(M_ARENA_MAX, 2) }
}
