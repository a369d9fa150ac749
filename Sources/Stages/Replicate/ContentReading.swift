internal import Model

/// Reads one file and says what its content makes of it.
struct ContentReading: Sendable {
    struct Outcome: Sendable {
        let file: RemoteFile
        /// The problem costs only this file.
        let change: Swift.Result<FileChange, FileProblem>
        /// Bytes of content.
        let size: Int64
    }

    let store: any Store
    let selection: FileSelection
    let snapshot: any Snapshot
    /// Nil in a rehearsal, which reads only to tell whether the content is another.
    let claim: Claim?

    /// - Throws: what ends the whole sync: ``StoreError``, `CancellationError`, and a ``BackendError`` of which is sure
    ///   that it holds for every file. One of the way there is a problem of this file until others fail likewise.
    func callAsFunction(_ wanted: Transfer.Wanted) async throws -> Outcome {
        let file = wanted.file
        let room: any LargeContent = claim.map { store.makeLargeContent(under: $0) } ?? NoRoom()
        let receiver = ContentReceiver(path: file.path, selection: selection, room: room)
        do {
            try await snapshot.read(file) { try receiver.receive($0) }
        } catch let problem as FileProblem {
            await receiver.discard()
            return Outcome(file: file, change: .failure(problem), size: 0)
        } catch let error as BackendError where error.cause.isOfTheWay && !Task.isCancelled {
            await receiver.discard()
            let problem = FileProblem(path: file.path, kind: .unreadable, reason: error.clause, general: error)
            return Outcome(file: file, change: .failure(problem), size: 0)
        } catch {
            await receiver.discard()
            throw error
        }
        let (digest, size, content) = receiver.finish()
        if let known = wanted.known, known.digest == digest {
            await receiver.discard()
            let touched = FileChange.touched(file.path, file.fingerprint, isUncertain: file.isUncertain)
            return Outcome(file: file, change: .success(touched), size: size)
        }
        let staged = StagedFile(
            path: file.path, digest: digest, size: size, fingerprint: file.fingerprint, isUncertain: file.isUncertain,
            content: content)
        return Outcome(
            file: file, change: .success(wanted.known == nil ? .added(staged) : .modified(staged)), size: size)
    }

    /// Whether the remote still gives something of a file that was read before, or says why not.
    ///
    /// - Throws: what a read throws.
    func comesThrough(_ file: RemoteFile) async throws -> Bool {
        do {
            try await snapshot.read(file) { _ in throw Enough() }
            return true
        } catch is Enough {
            return true
        } catch let problem as FileProblem {
            return problem.general.map { !$0.cause.isOfTheWay } ?? true
        } catch let error as BackendError where error.cause.isOfTheWay && !Task.isCancelled {
            return false
        }
    }

    /// A file's first bytes show that it comes.
    private struct Enough: Error {}
}

/// Where content goes that nobody is going to keep.
private final class NoRoom: LargeContent {
    func append(_ piece: UnsafeRawBufferPointer) throws {}
    func discard() async {}
}
