internal import Model
private import Synchronization

/// One commit of a repository, while it is read.
final class GitSnapshot: Snapshot {
    let revision: RevisionDetails?
    private let reader: GitReader
    private let remote: GitRemote?
    private let selection: FileSelection
    /// Nil when large files stay what they are in the repository: pointers.
    private let largeFiles: (any LargeFiles)?
    private let bytesRead = Atomic<Int64>(0)

    /// - Parameter remote: nil for a repository on this machine's disk.
    init(
        _ reader: GitReader, _ revision: RevisionDetails, _ selection: FileSelection, remote: GitRemote?,
        largeFiles: (any LargeFiles)? = nil
    ) {
        self.reader = reader
        self.revision = revision
        self.selection = selection
        self.remote = remote
        self.largeFiles = largeFiles
    }

    var bytesTransferred: Int64 {
        (remote?.transport.bytesReceived ?? bytesRead.load(ordering: .relaxed)) + (largeFiles?.bytesReceived ?? 0)
    }

    func nextPage() async throws -> RemotePage? {
        try await atPort { try await reader.nextPage() }
    }

    func prefetch(_ files: [RemoteFile]) async throws {
        try await atPort {
            let ids = files.filter { $0.problem == nil }.compactMap(\.fingerprint.blobID)
            try await reader.prefetch(ids)
            guard let largeFiles else { return }
            let pointers = try await reader.pointers(among: ids).filter { $0.size <= selection.sizeLimitInBytes }
            try await largeFiles.prepare(pointers)
        }
    }

    func read(_ file: RemoteFile, into sink: @escaping ContentSink) async throws {
        if let problem = file.problem { throw problem }
        guard let id = file.fingerprint.blobID else {
            throw BackendError(.local, "cannot read \"\(EscapedName(file.path.string))\": its fingerprint is not git's")
        }
        try await atPort {
            try await isolatingLoss(of: file) {
                let size = try await reader.size(of: id)
                if let problem = selection.problem(ofSize: size, at: file.path) { throw problem }
                do {
                    try await reader.read(id, check: { try Self.notePointer($0) }, into: sink)
                } catch let pointer as Pointer {
                    try await follow(pointer.reading, file, into: sink)
                }
                bytesRead.add(size, ordering: .relaxed)
            }
        }
    }

    func close() async { await reader.close() }

    /// A blob that a repository on disk does not have, as in a partial clone, costs only its own file.
    private func isolatingLoss(of file: RemoteFile, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as Libgit2Error {
            throw FileProblem(path: file.path, kind: .unreadable, reason: "\(error)")
        }
    }

    /// The content is that of a git LFS pointer.
    private struct Pointer: Error { let reading: LargeFilePointer.Reading }

    private static func notePointer(_ content: UnsafeRawBufferPointer) throws(Pointer) {
        let reading = LargeFilePointer.read(content)
        if reading != .file { throw Pointer(reading: reading) }
    }

    /// Reads the file that a pointer stands for.
    private func follow(
        _ reading: LargeFilePointer.Reading, _ file: RemoteFile, into sink: @escaping ContentSink
    ) async throws {
        func problem(_ reason: String) -> FileProblem {
            FileProblem(path: file.path, kind: .largeFileStoragePointer, reason: reason)
        }
        guard let largeFiles else {
            throw problem("a git LFS pointer, not the file that it stands for; set `lfs` to true to fetch that")
        }
        switch reading {
        case .file: preconditionFailure("only a pointer is followed")
        case .unusable(let clause): throw problem("a git LFS pointer that cannot be followed: \(clause)")
        case .pointer(let pointer):
            if let problem = selection.problem(ofSize: pointer.size, at: file.path) { throw problem }
            try await largeFiles.read(pointer, for: file.path, into: sink)
        }
    }
}

/// Turns what the inside of this backend throws into what its port promises.
func atPort<Value>(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
) async throws -> Value {
    do {
        return try await body()
    } catch {
        try Task.checkCancellation()
        switch error {
        case let failure as GitFailure: throw failure.error
        case let error as Libgit2Error: throw error.backendError
        case is GitTree.Malformed: throw BackendError(.malformed, "cannot list the commit's files: a tree is no tree")
        default: throw error
        }
    }
}
