private import Synchronization

/// What is known of the order in which a bucket's server lists keys, for as long as its backend lives.
///
/// S3 lists in the order of the keys' UTF-8 bytes, and so do most servers that speak S3. Directory buckets do not, nor
/// do some other servers.
final class ListingOrder: Sendable {
    private let breaks: Mutex<Bool>

    /// - Parameter isKnownToBreak: true for a bucket that is known to list in another order.
    init(isKnownToBreak: Bool) { breaks = Mutex(isKnownToBreak) }

    /// Whether a listing has to be collected and sorted.
    var isBroken: Bool { breaks.withLock { $0 } }

    func noteBroken() { breaks.withLock { $0 = true } }
}
