internal import Model

/// What the reads of one sync, in the order in which they end, tell about the remote as a whole.
struct ReadingRecord: Sendable {
    /// Why nothing that was tried could be read, if it is one cause for all of it; nil when something was read.
    private(set) var failureOfAll: BackendError?
    /// A small file that was read, to try the way to the remote with.
    private(set) var example: RemoteFile?
    private var hasRead = false
    /// How many reads have failed on the way since one that did not.
    private var run = 0

    /// So many failures on the way one after the other raise the doubt that nothing comes through any more.
    private static let longestRun = 8

    /// Whether so many have failed on the way, and nothing come, that it can hardly be the files.
    var isRemoteSilent: Bool { !hasRead && run >= Self.longestRun }

    /// Takes note of a read that went well.
    mutating func note(_ file: RemoteFile) {
        endRun()
        hasRead = true
        failureOfAll = nil
        let size = example.map { $0.size ?? .max } ?? .max
        if example == nil || file.size ?? .max < size { example = file }
    }

    /// Takes note of a read that failed.
    ///
    /// - Parameter readsAtOnce: how many are under way together.
    /// - Returns: why the remote as a whole may be gone, when that is in doubt: it is gone unless ``example`` can be
    ///   read, and what tells that is `endRun`.
    mutating func note(_ problem: FileProblem, readsAtOnce: Int) -> BackendError? {
        guard let general = problem.general else {
            // The remote answered, and about this file alone.
            endRun()
            hasRead = true
            failureOfAll = nil
            return nil
        }
        if !hasRead {
            let known = failureOfAll ?? general
            let isOne = known == general || known.cause.isOfTheWay && general.cause.isOfTheWay
            hasRead = !isOne
            failureOfAll = isOne ? known : nil
        }
        guard general.cause.isOfTheWay else {
            endRun()
            return nil
        }
        run += 1
        // Before anything was read, those that are under way with these may be about to succeed.
        return run >= max(Self.longestRun, example == nil ? readsAtOnce : 0) ? general : nil
    }

    /// Something comes through still.
    mutating func endRun() { run = 0 }
}
