private import Crypto
internal import Model

/// Where the files are that git LFS keeps outside a repository.
protocol LargeFiles: Sendable {
    /// Bytes that came from there so far.
    var bytesReceived: Int64 { get }

    /// Announces that these will be read, so that they can be asked for together.
    ///
    /// - Throws: ``BackendError`` when the place as a whole fails; one object's fault comes up when it is read.
    func prepare(_ pointers: [LargeFilePointer]) async throws

    /// Streams a file's content to `sink`, and compares it with its pointer before the last of it.
    ///
    /// - Parameter path: where the pointer was found.
    /// - Throws: ``FileProblem`` when only this file is lost, ``BackendError`` when the place is, and what `sink`
    ///   throws.
    func read(_ pointer: LargeFilePointer, for path: RelativePath, into sink: @escaping ContentSink) async throws
}

/// Why one object cannot be had.
struct LargeFileFault: Error, Sendable, Equatable {
    /// A clause about "the large file".
    let clause: String
    /// Whether asking again can help without a new commit.
    let isLasting: Bool
    /// What it means if it is so for every file.
    var general: BackendError?

    func problem(at path: RelativePath) -> FileProblem {
        FileProblem(
            path: path, kind: isLasting ? .largeFileStoragePointer : .unreadable, reason: clause, general: general)
    }
}

/// Passes content on and compares it with its pointer.
///
/// `@unchecked Sendable`: its calls come one after the other, as a ``ContentSink`` promises.
final class LargeFileComparison: @unchecked Sendable {
    private var hash = SHA256()
    private var size: Int64 = 0
    private let pointer: LargeFilePointer
    private let sink: ContentSink

    init(_ pointer: LargeFilePointer, into sink: @escaping ContentSink) {
        self.pointer = pointer
        self.sink = sink
    }

    func take(_ piece: UnsafeRawBufferPointer) throws {
        size += Int64(piece.count)
        guard size <= pointer.size else { throw Self.mismatch }
        hash.update(bufferPointer: piece)
        // The last piece is held back until all of it has proved right.
        if size == pointer.size { try check() }
        try sink(piece)
    }

    /// To be called at the end: content that is cut short has not been compared yet.
    func finish() throws {
        guard size == pointer.size else { throw Self.mismatch }
        if size == 0 { try check() }
    }

    private func check() throws {
        guard hash.finalize().elementsEqual(pointer.digest.bytes) else { throw Self.mismatch }
    }

    private static let mismatch = LargeFileFault(
        clause: "what stands for the git LFS pointer is not what it names: size or SHA-256 differ", isLasting: false)
}
