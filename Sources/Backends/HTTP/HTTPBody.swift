private import Synchronization

/// Collects the pieces of a body up to a limit.
final class HTTPBody: Sendable {
    struct Overflow: Error {}

    private let limit: Int
    private let bytes = Mutex<[UInt8]>([])

    init(limit: Int) { self.limit = limit }

    func append(_ piece: UnsafeRawBufferPointer) throws(Overflow) {
        let fits = bytes.withLock { bytes in
            guard piece.count <= limit - bytes.count else { return false }
            bytes.append(contentsOf: piece)
            return true
        }
        if !fits { throw Overflow() }
    }

    /// The bytes so far; they are not kept.
    func take() -> [UInt8] {
        bytes.withLock { bytes in
            defer { bytes = [] }
            return bytes
        }
    }
}
