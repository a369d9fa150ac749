package import Model
private import Synchronization

extension Snapshot {
    /// The whole listing, checked to be in path order.
    package func drain() async throws -> RemotePage {
        var all = RemotePage()
        while let page = try await nextPage() {
            guard page.files.count <= RemotePage.longest else { throw FixtureError("a page is too long") }
            for file in page.files {
                if let last = all.files.last, !(last.path < file.path) {
                    throw FixtureError("\"\(file.path)\" is listed after \"\(last.path)\"")
                }
                all.files.append(file)
            }
            all.problems += page.problems
        }
        return all
    }

    /// One file's content; no piece of it may be longer than 1 MiB.
    package func content(of file: RemoteFile) async throws -> [UInt8] {
        let content = Collector()
        try await read(file) { try content.append($0) }
        return content.bytes
    }
}

private final class Collector: Sendable {
    private let state = Mutex<[UInt8]>([])

    func append(_ piece: UnsafeRawBufferPointer) throws {
        guard piece.count <= 1 << 20 else { throw FixtureError("a piece has \(piece.count) bytes") }
        state.withLock { $0.append(contentsOf: piece) }
    }

    var bytes: [UInt8] { state.withLock { $0 } }
}
