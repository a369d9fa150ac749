private import Glibc
internal import Model

/// Reads files below a root, one at a time, on a thread of its own.
actor LocalReader {
    private let root: LocalRoot
    private let lane = Lane("local reading")
    /// The directory of the file before, which often is that of the next.
    private var last: (path: [UInt8], directory: Descriptor)?
    private var buffer = [UInt8](repeating: 0, count: 256 << 10)

    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    init(_ root: LocalRoot) { self.root = root }

    /// Streams the file at `path` if it still is the one that was listed, and stays so.
    ///
    /// - Returns: how many bytes it has.
    /// - Throws: ``FileProblem``, `CancellationError`, and what `sink` throws; ``BackendError`` when the system lacks what
    ///   it takes to read any file.
    func read(_ path: RelativePath, as listed: Fingerprint, into sink: ContentSink) throws -> Int64 {
        do {
            let file = try open(path)
            let status = try file.status()
            guard status.kind == .regular, status.fingerprint == listed else { throw Self.changed(path) }
            var count: Int64 = 0
            repeat {
                try Task.checkCancellation()
                let piece = try buffer.withUnsafeMutableBytes { buffer throws(SystemError) in
                    try file.read(into: buffer)
                }
                if piece == 0 { break }
                count += Int64(piece)
                guard count <= status.sizeInBytes else { throw Self.changed(path) }
                try buffer.withUnsafeBytes { try sink(UnsafeRawBufferPointer(rebasing: $0[..<piece])) }
            } while count < status.sizeInBytes
            guard count == status.sizeInBytes, try file.status() == status else { throw Self.changed(path) }
            return count
        } catch let error as SystemError {
            if let shortage = error.shortage { throw Self.error(path, shortage) }
            throw Self.problem(path, error)
        }
    }

    private func open(_ path: RelativePath) throws(SystemError) -> Descriptor {
        let bytes = Array(path.string.utf8)
        let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        let directory: Descriptor
        if let last, last.path.elementsEqual(bytes[..<start]) {
            directory = last.directory
        } else {
            directory = try root.directory(bytes[..<start])
            last = (Array(bytes[..<start]), directory)
        }
        return try LocalRoot.withName(bytes[start...]) { (name) throws(SystemError) in try directory.file(name) }
    }

    /// What the process lacks for one file it lacks for all.
    private static func error(_ path: RelativePath, _ shortage: SystemShortage) -> BackendError {
        BackendError(
            .local, "cannot read \"\(EscapedName(path.string))\": \(shortage.clause)", advice: shortage.advice,
            retry: .later)
    }

    private static func changed(_ path: RelativePath) -> FileProblem {
        FileProblem(path: path, kind: .vanished, reason: "it changed since it was listed")
    }

    private static func problem(_ path: RelativePath, _ error: SystemError) -> FileProblem {
        switch error.code {
        case ENOENT, ENOTDIR: FileProblem(path: path, kind: .vanished, reason: "it was removed since it was listed")
        case ELOOP, ENXIO: changed(path)  // A link, or a socket or FIFO, took its place.
        default: FileProblem(path: path, kind: .unreadable, reason: error.clause)
        }
    }
}
