private import Synchronization

/// What is known of the order in which a bucket's server lists keys, for as long as its backend lives.
///
/// S3 lists in the order of the keys' UTF-8 bytes, and so do most servers that speak S3. Directory buckets do not, nor
/// do some other servers.
final class ListingOrder: Sendable {
    private let state: Mutex<State>

    private struct State {
        var isBroken: Bool
        var hasBegunAgain = false
    }

    /// - Parameter isKnownToBreak: true for a bucket that is known to list in another order.
    init(isKnownToBreak: Bool) { state = Mutex(State(isBroken: isKnownToBreak)) }

    /// Whether a listing has to be collected and sorted.
    var isBroken: Bool { state.withLock { $0.isBroken } }

    /// The listing is not as it should be: from now on it is collected and sorted before anybody sees it.
    ///
    /// - Returns: whether it may be begun again, which is once.
    func noteBroken() -> Bool {
        state.withLock { state in
            defer { state = State(isBroken: true, hasBegunAgain: true) }
            return !state.hasBegunAgain
        }
    }
}
