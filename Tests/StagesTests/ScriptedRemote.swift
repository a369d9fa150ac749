import Model
import Synchronization

/// A remote that a test writes by hand: the port's fake, for what no real remote does on demand.
final class ScriptedRemote: Sendable {
    struct File: Sendable {
        var content: [UInt8]
        /// Moves with each write unless the test says otherwise.
        var fingerprint: Int
        var failure: FileProblem.Kind?
    }

    struct State: Sendable {
        var files: [String: File] = [:]
        var writes = 0
        var revision: String?
        /// What led to the revision.
        var ref: String?
        /// The listing breaks after so many files.
        var breaksAfter: Int?
        var listsBackwards = false
        /// Called before each read.
        var beforeRead: (@Sendable (String) async throws -> Void)?
        /// Called while announced files are on their way.
        var beforeArrival: (@Sendable ([String]) async throws -> Void)?
        /// What was announced and has come.
        var arrived: Set<String> = []
        var reads: [String] = []
        var openSnapshots = 0
    }

    let state = Mutex(State())

    func write(_ path: String, _ content: String) {
        state.withLock { state in
            state.writes += 1
            state.files[path] = File(content: Array(content.utf8), fingerprint: state.writes)
        }
    }

    func remove(_ path: String) { state.withLock { $0.files[path] = nil } }

    /// The paths read since the last call.
    func takeReads() -> [String] {
        state.withLock { state in
            defer { state.reads = [] }
            return state.reads
        }
    }

    /// A backend type whose every source is this remote.
    var type: BackendType {
        BackendType(name: "scripted", label: "Scripted", settings: [], faultInURL: { _ in nil }) { _ in
            ScriptedBackend(remote: self)
        }
    }
}

private struct ScriptedBackend: Backend {
    let remote: ScriptedRemote

    func currentRevision() async throws -> Revision? { try await currentNamedRevision()?.revision }

    func currentNamedRevision() async throws -> NamedRevision? {
        remote.state.withLock { state in state.revision.map { NamedRevision(Revision($0), ref: state.ref) } }
    }

    func snapshot(_ selection: FileSelection) async throws -> any Snapshot {
        remote.state.withLock { $0.openSnapshots += 1 }
        return ScriptedSnapshot(remote: remote, selection: selection)
    }
}

private final class ScriptedSnapshot: Snapshot {
    private let remote: ScriptedRemote
    private let files: [String: ScriptedRemote.File]
    private let pages: Mutex<[[RemoteFile]]>
    private let isClosed = Mutex(false)
    let revision: RevisionDetails?

    init(remote: ScriptedRemote, selection: FileSelection) {
        self.remote = remote
        let state = remote.state.withLock { $0 }
        files = state.files
        revision = state.revision.map {
            RevisionDetails(
                revision: Revision($0), author: "Ada <ada@example.org>", authoredAt: Timestamp(seconds: 0),
                subject: "at \($0)", ref: state.ref)
        }
        var listed = state.files.compactMap { name, file -> RemoteFile? in
            guard let path = try? RelativePath(name), selection.includes(path) else { return nil }
            return RemoteFile(
                path: path, size: Int64(file.content.count),
                fingerprint: Fingerprint(bytes: Array("\(file.fingerprint)".utf8)))
        }.sorted { $0.path < $1.path }
        if state.listsBackwards { listed.reverse() }
        pages = Mutex(
            stride(from: 0, to: listed.count, by: 3).map { Array(listed[$0..<min($0 + 3, listed.count)]) }.reversed())
    }

    var bytesTransferred: Int64 { 0 }

    func nextPage() async throws -> RemotePage? {
        if let limit = remote.state.withLock({ $0.breaksAfter }) {
            remote.state.withLock { $0.breaksAfter = max(0, limit - 3) }
            if limit <= 0 { throw BackendError(.connection, "the connection broke", retry: .soon) }
        }
        return pages.withLock { $0.popLast() }.map { RemotePage(files: $0) }
    }

    func prefetch(_ files: [RemoteFile]) async throws {
        let names = files.map(\.path.string)
        try await remote.state.withLock { $0.beforeArrival }?(names)
        remote.state.withLock { $0.arrived.formUnion(names) }
    }

    func read(_ file: RemoteFile, into sink: @escaping ContentSink) async throws {
        let name = file.path.string
        let hook = remote.state.withLock { state in
            state.reads.append(name)
            return state.beforeRead
        }
        try await hook?(name)
        guard let content = files[name] else { return }
        if let kind = content.failure { throw FileProblem(path: file.path, kind: kind, reason: "scripted") }
        try content.content.withUnsafeBytes { try sink($0) }
    }

    func close() async {
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        if isFirst { remote.state.withLock { $0.openSnapshots -= 1 } }
    }
}
