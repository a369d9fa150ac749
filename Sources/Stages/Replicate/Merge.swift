package import Model

/// Walks the remote's listing and the known files once, side by side, and says what became of each path.
///
/// A pure value: it asks for the next page of either side when it has used up the one before, and never holds more
/// than a page of each. Both sides are in ascending UTF-8 byte order of the path; the remote's order is checked, since
/// a listing out of order would look like removals.
package struct Merge {
    package enum Step: Sendable {
        /// Call `add(remote:)`, with nil at the listing's end.
        case needsRemotePage
        /// Call `add(known:)` with the files after this path; an empty page is the end.
        case needsKnownPage(after: RelativePath?)
        case added(RemoteFile)
        /// The fingerprint moved, or was uncertain: only the content can tell whether the file was modified.
        case candidate(RemoteFile, known: KnownFile)
        case unchanged(RelativePath)
        case removed(KnownFile)
        /// Listed, but not to be replicated; what is known of the path stays.
        case problem(FileProblem)
        case finished
    }

    /// The remote listed a path that is not after the one before it.
    package struct OrderFault: Error, Equatable {
        package let path: RelativePath
        package let previous: RelativePath

        package init(path: RelativePath, previous: RelativePath) {
            self.path = path
            self.previous = previous
        }
    }

    private var remote: ArraySlice<RemoteFile> = []
    private var known: ArraySlice<KnownFile> = []
    private var remoteEnded = false
    private var knownEnded = false
    private var lastListed: RelativePath?
    private var lastKnown: RelativePath?
    /// Folders that could not be listed.
    private var hidden: Set<RelativePath> = []

    package init() {}

    /// Takes the next page of the remote's listing.
    package mutating func add(remote page: [RemoteFile]?) throws(OrderFault) {
        guard let page else {
            remoteEnded = true
            return
        }
        for file in page {
            if let last = lastListed, !(last < file.path) { throw OrderFault(path: file.path, previous: last) }
            lastListed = file.path
        }
        remote = page[...]
    }

    /// Takes the next page of known files.
    package mutating func add(known page: [KnownFile]) {
        guard let last = page.last else {
            knownEnded = true
            return
        }
        lastKnown = last.path
        known = page[...]
    }

    /// What to do next. Constant time, but for a lost file where folders are hidden: that takes as long as its path is.
    package mutating func next() -> Step {
        if remote.isEmpty, !remoteEnded { return .needsRemotePage }
        if known.isEmpty, !knownEnded { return .needsKnownPage(after: lastKnown) }
        guard let file = remote.first else {
            return known.popFirst().map { lost($0) } ?? .finished
        }
        guard let row = known.first, !(file.path < row.path) else {
            remote.removeFirst()
            note(file)
            return file.problem.map { .problem($0) } ?? .added(file)
        }
        guard file.path == row.path else {
            known.removeFirst()
            return lost(row)
        }
        remote.removeFirst()
        note(file)
        known.removeFirst()
        if let problem = file.problem { return .problem(problem) }
        let isSame = file.fingerprint == row.fingerprint && !row.isUncertain
        return isSame ? .unchanged(row.path) : .candidate(file, known: row)
    }

    /// What becomes of a known file that the remote does not list.
    private func lost(_ row: KnownFile) -> Step {
        isHidden(row.path) ? .unchanged(row.path) : .removed(row)
    }

    private func isHidden(_ path: RelativePath) -> Bool {
        !hidden.isEmpty && path.folders.contains { hidden.contains($0) }
    }

    private mutating func note(_ file: RemoteFile) {
        if file.hidesFolder { hidden.insert(file.path) }
    }
}
