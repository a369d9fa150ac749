internal import CGit2
private import Glibc

/// How much memory libgit2 may ask for at once.
///
/// libgit2 makes room for whatever size an object claims to have, in one piece: a difference of some bytes can claim to
/// be a file of a terabyte, and some kilobytes of them really make a gigabyte. Where what a server sent is put together, no
/// piece may be larger than its caller says.
enum AllocationLimit {
    /// libgit2 asked for more.
    struct Exceeded: Error { let limitInBytes: Int }

    private struct State {
        let limit: Int
        var isExceeded = false
    }

    /// The limit of each thread. Without one there is none.
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        // A process has a thousand of them; without this one nothing could be read safely.
        precondition(pthread_key_create(&key, nil) == 0, "there is no thread-specific data left")
        return key
    }()

    /// Runs `body`, whose calls of libgit2 fail when they ask for more than `bytes` at once.
    ///
    /// - Parameter bytes: at least ``least``.
    /// - Throws: ``Exceeded`` when that is why `body` failed; else what `body` throws.
    static func run<Value>(upTo bytes: Int, _ body: () throws -> Value) throws -> Value {
        var state = State(limit: max(bytes, least))
        return try withUnsafeMutablePointer(to: &state) { state in
            let outer = pthread_getspecific(key)
            pthread_setspecific(key, state)
            defer { pthread_setspecific(key, outer) }
            do {
                return try body()
            } catch {
                throw state.pointee.isExceeded ? Exceeded(limitInBytes: state.pointee.limit) : error
            }
        }
    }

    /// Pieces up to this size are always given: nobody has to look at a limit for them.
    static let least = 64 << 20

    /// What `make` makes, if so much may be given. Tells libgit2 when there is nothing.
    private static func give(
        _ bytes: Int, times count: Int = 1, from make: () -> UnsafeMutableRawPointer?
    ) -> UnsafeMutableRawPointer? {
        let (sum, overflows) = bytes.multipliedReportingOverflow(by: count)
        if !overflows, sum <= least || isAllowed(sum), let memory = make() { return memory }
        git_error_set_oom()
        return nil
    }

    private static func isAllowed(_ bytes: Int) -> Bool {
        guard let state = pthread_getspecific(key)?.assumingMemoryBound(to: State.self) else { return true }
        if bytes <= state.pointee.limit { return true }
        state.pointee.isExceeded = true
        return false
    }

    /// Makes libgit2 ask here. To be called once, before anything else of libgit2.
    /// - Source: libgit2 1.5, src/util/allocators/stdalloc.c, which is not part of its interface.
    static func install() {
        var allocator = git_allocator()
        allocator.gmalloc = { size, _, _ in AllocationLimit.give(size) { malloc(size) } }
        allocator.gcalloc = { count, size, _, _ in AllocationLimit.give(size, times: count) { calloc(count, size) } }
        allocator.grealloc = { old, size, _, _ in AllocationLimit.give(size) { realloc(old, size) } }
        allocator.greallocarray = { old, count, size, _, _ in
            AllocationLimit.give(size, times: count) { realloc(old, count * size) }
        }
        allocator.gmallocarray = { count, size, _, _ in
            AllocationLimit.give(size, times: count) { malloc(count * size) }
        }
        allocator.gstrdup = { text, _, _ in text.flatMap { AllocationLimit.copy($0, strlen($0)) } }
        allocator.gstrndup = { text, most, _, _ in text.flatMap { AllocationLimit.copy($0, strnlen($0, most)) } }
        allocator.gsubstrdup = { text, count, _, _ in text.flatMap { AllocationLimit.copy($0, count) } }
        allocator.gfree = { free($0) }
        // libgit2 keeps a copy.
        _ = cgit2_set_allocator(&allocator)
    }

    /// A copy of `count` bytes, with a NUL behind them.
    private static func copy(_ text: UnsafePointer<CChar>, _ count: Int) -> UnsafeMutablePointer<CChar>? {
        guard count < Int.max, let memory = give(count + 1, from: { malloc(count + 1) }) else { return nil }
        memcpy(memory, text, count)
        let copy = memory.assumingMemoryBound(to: CChar.self)
        copy[count] = 0
        return copy
    }
}
