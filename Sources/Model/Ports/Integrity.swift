/// Finding out whether everything that is kept still is what it was, and putting right what is not.
package protocol Integrity: Sendable {
    /// What the database says against its own structure, and what it says of files that their content and their number
    /// gainsay, a sentence each; empty when it is sound.
    ///
    /// Reads the whole database.
    func structuralFaults() async throws -> [String]

    /// Puts right what the rest of the database tells: makes its indexes anew from its tables, and takes the sizes of
    /// files from their content. A data source that has lost files is read whole by its next sync.
    func mendStructure() async throws

    /// Reads and hashes some of the content, in the order in which it was kept.
    ///
    /// - Parameter last: where the call before ended; nil at first.
    /// - Returns: what was found; with `next` nil after the last content.
    func inspectContent(after last: Int64?) async throws -> ContentInspection

    /// Digests that files or objects name and that have no content, each once.
    func missingContent() async throws -> [Digest]

    /// Who names each of these digests, in their order; all of them are looked for at once.
    func names(of digests: [Digest]) async throws -> [ContentNames]

    /// Puts `content` in the place of what is kept, or should be kept, under `digest`.
    ///
    /// The caller has hashed it: it is what `digest` names.
    func replaceContent(_ digest: Digest, with content: StagedContent, size: Int64) async throws

    /// Lets go of content that nothing names.
    func dropContent(_ digest: Digest) async throws

    /// Makes the next sync of these files' sources read them whatever their fingerprints say.
    func distrust(_ files: [ContentNames.File]) async throws
}

/// What reading and hashing some content brought to light.
package struct ContentInspection: Sendable {
    package var count = 0
    package var bytes: Int64 = 0
    /// Content that is not what its digest says, or not whole.
    package var damaged: [Digest] = []
    /// Where to go on; nil at the end.
    package var next: Int64?

    package init() {}
}

/// Where a digest is used.
package struct ContentNames: Sendable, Equatable {
    /// Files of present and earlier generations, newest first.
    package struct File: Sendable, Equatable {
        package let source: SourceID
        package let path: RelativePath
        package let size: Int64
        package let fingerprint: Fingerprint
        package let isPresent: Bool

        package init(source: SourceID, path: RelativePath, size: Int64, fingerprint: Fingerprint, isPresent: Bool) {
            self.source = source
            self.path = path
            self.size = size
            self.fingerprint = fingerprint
            self.isPresent = isPresent
        }
    }

    package let files: [File]
    /// Objects that hold it, or held it once.
    package let objects: [ObjectReference]

    package init(files: [File], objects: [ObjectReference]) {
        self.files = files
        self.objects = objects
    }
}
