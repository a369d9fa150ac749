/// One file as a remote lists it.
package struct RemoteFile: Sendable {
    package let path: RelativePath
    /// In bytes; nil when the remote does not tell before the content is fetched (git).
    package let size: Int64?
    package let fingerprint: Fingerprint
    /// True when the content may still change under this fingerprint (a file on disk that was written just now).
    /// The index remembers it, and the next sync reads the file again even if its fingerprint is equal.
    package let isUncertain: Bool
    /// Set when the file is listed but cannot be replicated, such as a symbolic link: it is reported, never read, and
    /// a known row at its path stays.
    package let problem: FileProblem?
    /// Set beside a problem when the path is that of a folder whose files could not be listed: what is known below it
    /// stays.
    package let hidesFolder: Bool

    package init(
        path: RelativePath, size: Int64?, fingerprint: Fingerprint, isUncertain: Bool = false,
        problem: FileProblem? = nil, hidesFolder: Bool = false
    ) {
        self.path = path
        self.size = size
        self.fingerprint = fingerprint
        self.isUncertain = isUncertain
        self.problem = problem
        self.hidesFolder = hidesFolder
    }
}

/// A run of a listing: at most 1,000 files in ascending path order, all after the files of the page before.
package struct RemotePage: Sendable {
    package var files: [RemoteFile]
    /// Entries that have no legal path, so no place in the order.
    package var problems: [FileProblem]

    package static let longest = 1_000

    package init(files: [RemoteFile] = [], problems: [FileProblem] = []) {
        self.files = files
        self.problems = problems
    }
}
