internal import Model
private import Synchronization

/// Large files of a repository on this machine's disk, read where git LFS keeps them.
actor LargeFileFolder: LargeFiles {
    nonisolated private let lane = Lane("git lfs")
    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    private let folder: String
    private let roots: AllowedRoots
    private nonisolated let bytesRead = Atomic<Int64>(0)
    private var buffer = [UInt8](repeating: 0, count: 256 << 10)

    /// - Parameter repository: the folder of the repository itself, such as `/srv/core/.git/`; it ends in `/`.
    init(ofRepository repository: String, roots: AllowedRoots) {
        self.roots = roots
        folder = repository + "lfs/objects"
    }

    nonisolated var bytesReceived: Int64 { bytesRead.load(ordering: .relaxed) }

    func prepare(_ pointers: [LargeFilePointer]) {}

    func read(_ pointer: LargeFilePointer, for path: RelativePath, into sink: @escaping ContentSink) throws {
        let comparison = LargeFileComparison(pointer, into: sink)
        do {
            if pointer.size > 0 { try copy(pointer, to: comparison) }
            try comparison.finish()
        } catch let fault as LargeFileFault {
            throw fault.problem(at: path)
        } catch let error as SystemError {
            let clause =
                "the large file is not in the repository's lfs/objects (\(error.clause)): run `git lfs fetch` there"
            throw LargeFileFault(clause: clause, isLasting: false).problem(at: path)
        }
    }

    /// - Source: git-lfs, docs/spec.md: `lfs/objects/OI/DO/OID` in the repository.
    private func copy(_ pointer: LargeFilePointer, to comparison: LargeFileComparison) throws {
        let name = pointer.digest.hex
        let place = "\(folder)/\(name.prefix(2))/\(name.dropFirst(2).prefix(2))"
        let directory = try Descriptor(root: place)
        try roots.check(directory, named: place)
        let file = try directory.file(name)
        let status = try file.status()
        guard status.kind == .regular, status.sizeInBytes == pointer.size else {
            throw LargeFileFault(clause: "the file in lfs/objects has another size than its pointer", isLasting: false)
        }
        while true {
            try Task.checkCancellation()
            let count = try buffer.withUnsafeMutableBytes { (bytes) throws(SystemError) in try file.read(into: bytes) }
            if count == 0 { return }
            bytesRead.add(Int64(count), ordering: .relaxed)
            try buffer.withUnsafeBytes { try comparison.take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }
}
