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

    /// - Throws: ``BackendError`` or ``StoreError``, which end the whole sync.
    func callAsFunction(_ wanted: Transfer.Wanted) async throws -> Outcome {
        let file = wanted.file
        let receiver = ContentReceiver(path: file.path, selection: selection, room: store.makeLargeContent())
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
