internal import Model

/// Tells a listing that has an end from one that was made to have none.
///
/// Ten trees, each of which names the next one ten times, take up a kilobyte and name ten thousand million files. So
/// what counts is not only how much is named, but how much of it in trees that were listed before.
struct ListingBounds {
    /// The trees name more than is taken.
    struct Endless: Error {
        let clause: String

        var backendError: BackendError {
            BackendError(
                .malformed, "cannot list the commit's files: \(clause)",
                advice: "choose a folder with `sub_path`, or leave folders out with ignore rules or `include`: what is "
                    + "in them is not counted")
        }
    }

    /// Whether the rest was counted, after trees were found to repeat themselves.
    var hasLookedAhead = false
    private var entryCount = 0
    private var repeatedCount = 0
    private var listed: Set<ObjectID> = []

    /// Whether so much repeats itself that the rest should be counted before it is listed.
    var shouldLookAhead: Bool { !hasLookedAhead && repeatedCount >= Self.suspicious }

    /// Notes a tree whose listing begins.
    mutating func isRepetition(_ tree: ObjectID) -> Bool {
        if listed.contains(tree) { return true }
        if listed.count < Self.mostRemembered { listed.insert(tree) }
        return false
    }

    /// - Throws: ``Endless``.
    mutating func countEntry(inRepetition: Bool) throws(Endless) {
        entryCount += 1
        if inRepetition { repeatedCount += 1 }
        guard entryCount <= Self.mostEntries else {
            throw Endless(clause: "they are more than \(Self.mostEntries)")
        }
        guard repeatedCount <= Self.mostRepeated else {
            throw Endless(
                clause: "the same folders are in it again and again, with more than \(Self.mostRepeated) files")
        }
    }

    /// - Parameters:
    ///   - size: of a tree that is to be held besides those of the folders above it.
    /// - Throws: ``Endless``.
    func checkHeld(_ size: Int, below others: some Sequence<Int>) throws(Endless) {
        guard others.reduce(size, +) <= Self.mostHeld else {
            throw Endless(clause: "a folder and those above it have more than \(Self.mostHeld >> 20) MiB of entries")
        }
    }

    /// More than any source that a person could look after.
    private static let mostEntries = 10_000_000
    /// A repository may well have a copy of the same folder for each of a thousand customers.
    private static let mostRepeated = 2_000_000
    private static let suspicious = 10_000
    /// Some five million entries.
    private static let mostHeld = 256 << 20
    /// A few MiB. Of more trees than that, the others count as listed for the first time.
    private static let mostRemembered = 1 << 17
}
