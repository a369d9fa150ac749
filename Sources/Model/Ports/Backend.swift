/// Code that speaks to one kind of remote, set up for one data source.
package protocol Backend: Sendable {
    /// A cheap look at the remote: about one round trip, whatever the number of files.
    ///
    /// - Returns: the remote's identity as a whole, or nil when this kind of remote has none to give.
    /// - Throws: ``BackendError``.
    func currentRevision() async throws -> Revision?

    /// The same look, with the name by which the revision was found: another tag on the same commit is news too.
    func currentNamedRevision() async throws -> NamedRevision?

    /// Opens an unchanging view of the remote, to be closed by the caller in every case.
    ///
    /// - Parameter selection: what the listing leaves out; a backend prunes with it as early as it can, and never
    ///   lists a path that it does not include.
    /// - Throws: ``BackendError``, also when the remote's root is missing: that is never an empty listing.
    func snapshot(_ selection: FileSelection) async throws -> any Snapshot

    /// Goes the way to the remote once, step by step, and stops after the first step that fails.
    ///
    /// - Parameter report: called once for each step, in order, when it has ended.
    func test(_ selection: FileSelection, report: @Sendable (ConnectionStep) -> Void) async
}

extension Backend {
    package func currentNamedRevision() async throws -> NamedRevision? {
        try await currentRevision().map { NamedRevision($0) }
    }
}

/// An unchanging view of the remote while we read it.
package protocol Snapshot: Sendable {
    /// What the remote tells about the revision that this view shows; nil when it has none.
    var revision: RevisionDetails? { get }

    /// Bytes of listing and content that have crossed the network, or were read from disk, so far.
    var bytesTransferred: Int64 { get }

    /// The next run of the listing in path order; nil at the end. Never called concurrently.
    ///
    /// - Throws: ``BackendError`` when the listing broke; ``ListingRestart``, never from the first call. Nothing may be
    ///   concluded from the pages before it.
    func nextPage() async throws -> RemotePage?

    /// Announces that these files will be read next, so that a backend may fetch them together.
    ///
    /// Called before the first `read` of each of them, with at most some thousands; never concurrently with itself, but
    /// while the files of the call before are still being read.
    /// - Throws: ``BackendError``.
    func prefetch(_ files: [RemoteFile]) async throws

    /// Streams one file's content to `sink`, in order, without holding more than one piece where the remote allows it.
    ///
    /// May be called for several files at once.
    /// - Parameter sink: called any number of times, never concurrently, with at most 1 MiB each, on any thread; it may
    ///   block. Not called again once it throws.
    /// - Throws: ``FileProblem`` when only this file is lost; ``BackendError`` when the remote is, or may be: one whose
    ///   cause is of the way costs the file alone as long as others come; and whatever `sink` throws. Bytes already
    ///   delivered must then be discarded.
    /// - Cancellation: checked between pieces.
    func read(_ file: RemoteFile, into sink: @escaping ContentSink) async throws

    /// Lets go of the remote. Idempotent, also after a failure.
    func close() async
}

/// The remote lists in an order of its own, as has only turned out now: what came of this snapshot is void, and a new
/// one of the same backend lists in path order.
package struct ListingRestart: Error {
    package init() {}
}

extension Snapshot {
    package func prefetch(_ files: [RemoteFile]) async throws {}
}

/// Takes the pieces of one file's content.
package typealias ContentSink = @Sendable (UnsafeRawBufferPointer) throws -> Void
