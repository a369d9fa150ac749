internal import Model
internal import Permissions

/// Fetches content again from the remotes of the files that name it.
///
/// Each source is opened once, when the first of its files is wanted.
struct Refetch {
    let store: any Store
    let setup: SourceSetup
    let sources: [SourceID: DataSource]
    private var opened: [SourceID: Result<Opened, Unreachable>] = [:]

    private struct Opened {
        let snapshot: any Snapshot
        let selection: FileSelection
    }

    /// Why a source could not be opened.
    private struct Unreachable: Error { let reason: String }

    init(store: any Store, setup: SourceSetup, sources: [SourceID: DataSource]) {
        self.store = store
        self.setup = setup
        self.sources = sources
    }

    /// - Throws: ``StoreError``, ``Refusal`` and `CancellationError`; what a remote says is in the outcome.
    mutating func callAsFunction(
        _ finding: CheckReport.Finding, permit: (DataSource) throws -> Permit<Sync>
    ) async throws -> CheckReport.Finding.Outcome {
        let names = finding.names
        if names.files.isEmpty, names.objects.isEmpty {
            try await store.dropContent(finding.digest)
            return .dropped
        }
        var unreached: String?
        var reason = "no file has named it since; restore the store from a backup"
        for file in names.files {
            guard let source = sources[file.source] else { continue }
            do {
                let place = try await open(source, permit: permit)
                try await refetch(finding.digest, file, from: place)
                return .refetched(from: source.name, file.path)
            } catch let error as Unreachable {
                unreached = error.reason
            } catch let error as BackendError {
                unreached = error.reason
            } catch let problem as FileProblem {
                reason = "\(problem.name): \(problem.reason)"
            }
        }
        // Who was not asked may have it.
        if let unreached { return .unreachable(unreached) }
        let present = names.files.filter(\.isPresent)
        guard !present.isEmpty else { return .lost(reason) }
        try await store.distrust(present)
        return .willBeReadAnew
    }

    func close() async {
        for place in opened.values {
            if case .success(let place) = place { await place.snapshot.close() }
        }
    }

    private mutating func open(
        _ source: DataSource, permit: (DataSource) throws -> Permit<Sync>
    ) async throws -> Opened {
        if let known = opened[source.id] { return try known.get() }
        _ = try permit(source).use(on: source.id)
        do {
            let ready = try await setup.makeReady(source)
            let place = Opened(
                snapshot: try await ready.backend.snapshot(ready.selection), selection: ready.selection)
            opened[source.id] = .success(place)
            return place
        } catch {
            try Task.checkCancellation()
            let unreachable = Unreachable(reason: (error as? BackendError)?.reason ?? "\(error)")
            opened[source.id] = .failure(unreachable)
            throw unreachable
        }
    }

    /// Reads one file by the fingerprint it had: a git server hands out any blob that it still has, a bucket the object
    /// if it is the same.
    private func refetch(_ digest: Digest, _ file: ContentNames.File, from place: Opened) async throws {
        let remote = RemoteFile(path: file.path, size: file.size, fingerprint: file.fingerprint)
        let receiver = ContentReceiver(
            path: file.path, selection: place.selection, room: store.makeLargeContent(under: nil))
        do {
            try await place.snapshot.prefetch([remote])
            try await place.snapshot.read(remote) { try receiver.receive($0) }
            let (found, size, content) = receiver.finish()
            guard found == digest else {
                throw FileProblem(path: file.path, kind: .vanished, reason: "the remote has other content by now")
            }
            try await store.replaceContent(digest, with: content, size: size)
        } catch {
            await receiver.discard()
            throw error
        }
    }
}
