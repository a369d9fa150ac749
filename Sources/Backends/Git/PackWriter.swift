internal import CGit2
internal import Model

/// Takes a pack as it arrives, names every object in it by its content, and puts it into a repository when it is whole.
///
/// `@unchecked Sendable`: the transfer's thread alone uses it until the transfer has ended, its starter after that.
final class PackWriter: @unchecked Sendable {
    private var indexer: OpaquePointer?
    private let folder: String
    /// Set when the pack may lean on objects of the repository: it is made whole before it is taken in.
    private let thin: ThinPack?
    private var progress = git_indexer_progress()
    private(set) var sizeInBytes = 0

    /// - Parameters:
    ///   - folder: a repository's `objects/pack`. What an unfinished writer leaves there is named `pack_git2_*`.
    ///   - thin: where to keep a pack that may lean on objects of that repository. Without it such a pack is refused.
    init(folder: String, thin: ThinPack? = nil) throws(Libgit2Error) {
        self.folder = folder
        self.thin = thin
        var options = git_indexer_options()
        try libgit2("prepare a pack") { git_indexer_options_init(&options, UInt32(GIT_INDEXER_OPTIONS_VERSION)) }
        // Without an object database: a pack that leans on objects which are not in it is refused.
        try libgit2("begin a pack in \"\(folder)\"") { git_indexer_new(&indexer, folder, 0, nil, &options) }
    }

    deinit { git_indexer_free(indexer) }

    func append(_ piece: UnsafeRawBufferPointer) throws {
        sizeInBytes += piece.count
        if let thin { try thin.append(piece) } else { try take(piece) }
    }

    private func take(_ piece: UnsafeRawBufferPointer) throws(Libgit2Error) {
        try libgit2("take in a pack") { git_indexer_append(indexer, piece.baseAddress, piece.count, &progress) }
    }

    /// Checks the pack's own checksum, resolves its deltas and makes it part of the repository. Takes its time: to be
    /// called on a lane.
    func commit() throws(GitFailure) {
        do {
            try thin?.complete(from: PackBases(folder: folder)) { try take($0) }
            try AllocationLimit.run(upTo: Self.largestObject(inPackOf: sizeInBytes)) {
                _ = try libgit2("complete a pack") { git_indexer_commit(indexer, &progress) }
            }
        } catch let error as Libgit2Error {
            throw Self.refused(error)
        } catch let exceeded as AllocationLimit.Exceeded {
            throw Self.tooLarge(exceeded)
        } catch {
            throw (error as? GitFailure) ?? PackScan.malformed
        }
    }

    /// How large an object may be that is told as a difference: it is held in memory, with what it differs from.
    ///
    /// That is in the pack whole, and takes up a share of it that compression leaves even of text.
    /// - Source: git-config(1), `core.bigFileThreshold`: git tells no file of more than 512 MiB as a difference.
    static func largestObject(inPackOf bytes: Int) -> Int {
        max(AllocationLimit.least, min(512 << 20, bytes.multipliedReportingOverflow(by: 64).partialValue))
    }

    private static func tooLarge(_ exceeded: AllocationLimit.Exceeded) -> GitFailure {
        GitFailure(
            .malformed,
            "cannot use what the git server sent: an object in its pack claims more than "
                + "\(exceeded.limitInBytes >> 20) MiB, far more than the pack gives reason for",
            advice: "have the repository checked with `git fsck`, and large files kept as they are: "
                + "`*.EXTENSION -delta` in .gitattributes; or leave them out with ignore rules")
    }

    static func refused(_ error: Libgit2Error) -> GitFailure {
        GitFailure(.malformed, "cannot use what the git server sent: \(error)")
    }
}
