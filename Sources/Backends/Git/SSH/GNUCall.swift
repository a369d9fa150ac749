private import Glibc

/// Calls of the system's C library that the Glibc module does not show, for they are GNU's own.
enum GNUCall {
    typealias MemoryFileCreate = @convention(c) (UnsafePointer<CChar>, UInt32) -> Int32
    typealias AddCloseFrom = @convention(c) (UnsafeMutableRawPointer, Int32) -> Int32

    /// `memfd_create(2)`; nil in a library that has none.
    static let memoryFileCreate: MemoryFileCreate? = find("memfd_create").map {
        unsafeBitCast($0, to: MemoryFileCreate.self)
    }

    /// `posix_spawn_file_actions_addclosefrom_np(3)`; nil in a library before 2.34.
    static let addCloseFrom: AddCloseFrom? = find("posix_spawn_file_actions_addclosefrom_np").map {
        unsafeBitCast($0, to: AddCloseFrom.self)
    }

    private static func find(_ name: String) -> UnsafeMutableRawPointer? { dlsym(dlopen(nil, RTLD_NOW), name) }
}
