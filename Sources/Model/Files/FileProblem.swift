/// Why one file of a remote is not replicated while the rest is.
///
/// A problem costs only its own file: the row that the index knows for the path stays as it is.
package struct FileProblem: Error, Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case illegalPath = "illegal_path"
        case symbolicLink = "symbolic_link"
        case submodule = "submodule"
        case largeFileStoragePointer = "lfs_pointer"
        case tooLarge = "too_large"
        case specialFile = "special_file"
        case duplicate = "duplicate"
        /// The file is replicated, but a pattern link can make no object of it.
        case unlinkable = "unlinkable"
        case unreadable = "unreadable"
        case vanished = "vanished"

        /// Whether the same revision under the same settings would give the same problem again.
        ///
        /// A problem that is not lasting keeps the source's revision from advancing, so that the next sync tries again.
        package var isLasting: Bool {
            switch self {
            case .unreadable, .vanished: false
            default: true
            }
        }
    }

    /// The path as far as it can be shown.
    package let name: EscapedName
    package let kind: Kind
    /// One clause in lower case, such as `a symbolic link to "../secrets"`.
    package let reason: String
    /// The error that this would be of the remote, should it be so for all of its files, or that it is of a part of
    /// it, such as a submodule; nil when it is about one file alone. Not kept.
    package let general: BackendError?

    package init(name: EscapedName, kind: Kind, reason: String, general: BackendError? = nil) {
        self.name = name
        self.kind = kind
        self.reason = reason
        self.general = general
    }

    package init(path: RelativePath, kind: Kind, reason: String, general: BackendError? = nil) {
        self.init(name: EscapedName(path.string), kind: kind, reason: reason, general: general)
    }
}
