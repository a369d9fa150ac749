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
    /// Nil when submodules are problems.
    private let submodules: Submodules?
    /// Is told when the listing has come to its end; nil for a submodule, and for a source that is not kept.
    private let use: MirrorUse?
    private let children = Mutex(Children())
    /// Why the files of this submodule cannot be had, though they were listed.
    private let failure = Mutex<BackendError?>(nil)
    private let bytesRead = Atomic<Int64>(0)

    /// The submodules that have been opened.
    private struct Children {
        /// By what the paths of their files begin with.
        var opened: [(prefix: String, snapshot: GitSnapshot)] = []
        /// The one that is being listed.
        var listed: GitSnapshot?
    }

    /// - Parameter remote: nil for a repository on this machine's disk.
    init(
        _ reader: GitReader, _ revision: RevisionDetails?, _ selection: FileSelection, remote: GitRemote?,
        largeFiles: (any LargeFiles)? = nil, submodules: Submodules? = nil, use: MirrorUse? = nil
    ) {
        self.reader = reader
        self.revision = revision
        self.selection = selection
        self.remote = remote
        self.largeFiles = largeFiles
        self.submodules = submodules
        self.use = use
    }

    var bytesTransferred: Int64 {
        (remote?.transport.bytesReceived ?? bytesRead.load(ordering: .relaxed)) + (largeFiles?.bytesReceived ?? 0)
            + children.withLock { $0.opened }.reduce(0) { $0 + $1.snapshot.bytesTransferred }
    }

    func nextPage() async throws -> RemotePage? {
        try await atPort {
            while true {
                if let child = children.withLock({ $0.listed }) {
                    if let page = try await child.nextPage() { return page }
                    children.withLock { $0.listed = nil }
                }
                switch try await reader.nextStep() {
                case nil:
                    use?.settle()
                    return nil
                case .page(let page): return page
                case .asks(let submodule): try await open(submodule)
                case .reached(let submodule):
                    let child = child(for: submodule.path.string + "/")
                    children.withLock { $0.listed = child }
                }
            }
        }
    }

    private func open(_ submodule: TreeWalk.Submodule) async throws {
        guard let submodules else { preconditionFailure("a listing that does not follow submodules asks for none") }
        do {
            let child = try await submodules.open(submodule, in: reader)
            children.withLock { $0.opened.append((submodule.path.string + "/", child)) }
            await reader.settle(submodule, problem: nil)
        } catch let problem as FileProblem {
            await reader.settle(submodule, problem: problem)
        }
    }

    /// The submodule that a path lies in; nil when it is this repository's own.
    private func child(for path: String) -> GitSnapshot? {
        children.withLock { $0.opened }.first { path.utf8.starts(with: $0.prefix.utf8) }?.snapshot
    }

    func prefetch(_ files: [RemoteFile]) async throws {
        var own = files[...]
        for (prefix, child) in children.withLock({ $0.opened }) {
            // Paths are in order, so those of a submodule are one run, though nested ones part it no further.
            let theirs = own.filter { $0.path.string.utf8.starts(with: prefix.utf8) }
            guard !theirs.isEmpty else { continue }
            own.removeAll { $0.path.string.utf8.starts(with: prefix.utf8) }
            do {
                try await child.prefetch(theirs)
            } catch let error as BackendError {
                // Each of its files says so when it is read, and the others are not lost with them.
                child.failure.withLock { $0 = error }
            }
        }
        try await prefetchOwn(Array(own))
    }

    private func prefetchOwn(_ files: [RemoteFile]) async throws {
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
        if let child = child(for: file.path.string) {
            do {
                if let failure = child.failure.withLock({ $0 }) { throw failure }
                return try await child.read(file, into: sink)
            } catch let error as BackendError {
                throw FileProblem(path: file.path, kind: .unreadable, reason: "of a submodule: \(error.reason)")
            }
        }
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

    func close() async {
        for (_, child) in children.withLock({ $0.opened }) { await child.close() }
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
        case let endless as ListingBounds.Endless: throw endless.backendError
        case let malformed as GitTree.Malformed:
            let folder = malformed.folder.isEmpty ? "its root" : "\"\(EscapedName(malformed.folder))\""
            throw BackendError(
                .malformed, "cannot list the commit's files: the tree of \(folder) is no tree",
                advice:
                    "have the repository mended (`git fsck` tells more), or leave the folder out with `ignore_rules`")
        default: throw error
        }
    }
}
