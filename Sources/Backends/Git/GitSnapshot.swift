internal import Model
private import Synchronization

/// One commit of a repository, while it is read.
final class GitSnapshot: Snapshot {
    let revision: RevisionDetails?
    private let reader: GitReader
    private let remote: GitRemote?
    private let selection: FileSelection
    private let bytesRead = Atomic<Int64>(0)

    /// - Parameter remote: nil for a repository on this machine's disk.
    init(_ reader: GitReader, _ revision: RevisionDetails, _ selection: FileSelection, remote: GitRemote?) {
        self.reader = reader
        self.revision = revision
        self.selection = selection
        self.remote = remote
    }

    var bytesTransferred: Int64 { remote?.transport.bytesReceived ?? bytesRead.load(ordering: .relaxed) }

    func nextPage() async throws -> RemotePage? {
        try await atPort { try await reader.nextPage() }
    }

    func prefetch(_ files: [RemoteFile]) async throws {
        try await atPort {
            try await reader.prefetch(files.filter { $0.problem == nil }.compactMap(\.fingerprint.blobID))
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
                try await reader.read(id, check: { try Self.refusePointer($0, file) }, into: sink)
                bytesRead.add(size, ordering: .relaxed)
            }
        }
    }

    func close() async {
        await reader.close()
        await remote?.transport.close()
    }

    /// A blob that a repository on disk does not have, as in a partial clone, costs only its own file.
    private func isolatingLoss(of file: RemoteFile, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as Libgit2Error {
            throw FileProblem(path: file.path, kind: .unreadable, reason: "\(error)")
        }
    }

    private static func refusePointer(_ content: UnsafeRawBufferPointer, _ file: RemoteFile) throws(FileProblem) {
        guard LargeFileStoragePointer.isPointer(content) else { return }
        throw FileProblem(
            path: file.path, kind: .largeFileStoragePointer,
            reason: "a git LFS pointer, not the file that it stands for")
    }
}

/// What git LFS stores in place of a large file.
/// - Source: the git-lfs specification, "The Pointer": UTF-8 text below 1,024 bytes whose first line names the version.
enum LargeFileStoragePointer {
    static func isPointer(_ content: UnsafeRawBufferPointer) -> Bool {
        content.count < 1_024 && content.starts(with: "version https://git-lfs.github.com/spec/".utf8)
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
