internal import Model
private import Synchronization

/// A directory while we read it.
///
/// A directory has no snapshots. What makes this an unchanging view is that each file is read only as long as it is the
/// one that was listed.
final class LocalSnapshot: Snapshot {
    private let walk: DirectoryWalk
    private let readers: [LocalReader]
    private let turn = Atomic<Int>(0)
    private let transferred = Atomic<Int64>(0)

    /// Reading is mostly the sink's work, and a disk is soon busy.
    private static let parallelReaders = 4

    init(_ root: LocalRoot, _ selection: FileSelection, now: @escaping @Sendable () -> Timestamp) {
        walk = DirectoryWalk(root, selection, now: now)
        readers = (0..<Self.parallelReaders).map { _ in LocalReader(root) }
    }

    var revision: RevisionDetails? { nil }

    var bytesTransferred: Int64 { transferred.load(ordering: .relaxed) }

    func nextPage() async throws -> RemotePage? { try await walk.nextPage() }

    func read(_ file: RemoteFile, into sink: @escaping ContentSink) async throws {
        if let problem = file.problem { throw problem }
        let turn = turn.wrappingAdd(1, ordering: .relaxed).newValue
        let reader = readers[Int(UInt(bitPattern: turn) % UInt(readers.count))]
        let count = try await reader.read(file.path, as: file.fingerprint, into: sink)
        transferred.add(count, ordering: .relaxed)
    }

    func close() async { await walk.end() }
}
