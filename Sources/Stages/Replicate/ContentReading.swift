internal import Model

/// Reads one file and says what its content makes of it.
struct ContentReading: Sendable {
    struct Outcome: Sendable {
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

    /// - Throws: ``BackendError`` or ``StoreError``, which end the whole sync.
    func callAsFunction(_ wanted: Transfer.Wanted) async throws -> Outcome {
        let file = wanted.file
        let room: any LargeContent = claim.map { store.makeLargeContent(under: $0) } ?? NoRoom()
        let receiver = ContentReceiver(path: file.path, selection: selection, room: room)
        do {
            try await snapshot.read(file) { try receiver.receive($0) }
        } catch let problem as FileProblem {
            await receiver.discard()
            return Outcome(change: .failure(problem), size: 0)
        } catch {
            await receiver.discard()
            throw error
        }
        let (digest, size, content) = receiver.finish()
        if let known = wanted.known, known.digest == digest {
            await receiver.discard()
            let touched = FileChange.touched(file.path, file.fingerprint, isUncertain: file.isUncertain)
            return Outcome(change: .success(touched), size: size)
        }
        let staged = StagedFile(
            path: file.path, digest: digest, size: size, fingerprint: file.fingerprint, isUncertain: file.isUncertain,
            content: content)
        return Outcome(
            change: .success(wanted.known == nil ? .added(staged) : .modified(staged)), size: size)
    }
}

/// Where content goes that nobody is going to keep.
private final class NoRoom: LargeContent {
    func append(_ piece: UnsafeRawBufferPointer) throws {}
    func discard() async {}
}
