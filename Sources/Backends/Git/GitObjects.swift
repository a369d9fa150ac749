internal import CGit2
internal import Model

/// An opened repository, read through libgit2.
///
/// Not Sendable: it belongs to one lane.
final class GitObjects {
    let repository: OpaquePointer
    private let database: OpaquePointer
    /// Whether what is loaded is compared with its name first. A mirror's objects were named by their content when they
    /// arrived; in somebody else's repository anything may stand under a name.
    var checksNames = false

    /// Opens the repository at `path`, bare or with a work tree; does not look for one further up.
    convenience init(at path: String) throws(Libgit2Error) {
        var repository: OpaquePointer?
        let flags = UInt32(GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue)
        try libgit2("open the git repository \"\(path)\"") { git_repository_open_ext(&repository, path, flags, nil) }
        try self.init(adopting: repository, path)
    }

    /// Makes an empty bare repository at `path`.
    convenience init(creatingAt path: String) throws(Libgit2Error) {
        var repository: OpaquePointer?
        var options = git_repository_init_options()
        try libgit2("prepare a git repository") {
            git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION))
        }
        options.flags =
            GIT_REPOSITORY_INIT_BARE.rawValue | GIT_REPOSITORY_INIT_MKPATH.rawValue
            | GIT_REPOSITORY_INIT_NO_REINIT.rawValue
        options.mode = 0o700
        try libgit2("make a git repository at \"\(path)\"") { git_repository_init_ext(&repository, path, &options) }
        try self.init(adopting: repository, path)
    }

    private init(adopting opened: OpaquePointer?, _ path: String) throws(Libgit2Error) {
        var database: OpaquePointer?
        do throws(Libgit2Error) {
            try libgit2("open the objects of \"\(path)\"") { git_repository_odb(&database, opened) }
        } catch {
            git_repository_free(opened)
            throw error
        }
        guard let opened, let database else { preconditionFailure("libgit2 succeeded without a result") }
        repository = opened
        self.database = database
    }

    deinit {
        git_odb_free(database)
        git_repository_free(repository)
    }

    /// Where the repository's own files are: with a work tree, that is its `.git`, or where that points. Ends in `/`.
    var folder: String { git_repository_commondir(repository).map { String(cString: $0) } ?? "" }

    /// All folders that libgit2 reads the repository from: its own, and the one that it shares.
    var folders: Set<String> {
        var folders: Set = [folder]
        if let own = git_repository_path(repository) { folders.insert(String(cString: own)) }
        return folders
    }

    func contains(_ id: ObjectID) -> Bool {
        var oid = id.oid
        return git_odb_exists(database, &oid) == 1
    }

    /// The same among the packs that were seen when the repository was opened or ``refresh()`` was called, without
    /// looking for others: for many ids that are probably not here.
    func containsAlready(_ id: ObjectID) -> Bool {
        var oid = id.oid
        return git_odb_exists_ext(database, &oid, GIT_ODB_LOOKUP_NO_REFRESH.rawValue) == 1
    }

    /// In bytes, without reading the content.
    func size(of id: ObjectID) throws(Libgit2Error) -> Int64 {
        var oid = id.oid
        var size = 0
        var type = GIT_OBJECT_INVALID
        try libgit2("find object \(id)") { git_odb_read_header(&size, &type, database, &oid) }
        return Int64(size)
    }

    /// Holds the whole content: ask for its ``size(of:)`` first.
    func load(_ id: ObjectID) throws(Libgit2Error) -> GitContent {
        var oid = id.oid
        var object: OpaquePointer?
        try libgit2("read object \(id)") { git_odb_read(&object, database, &oid) }
        guard let object else { preconditionFailure("libgit2 succeeded without a result") }
        let content = GitContent(object)
        guard checksNames else { return content }
        var name = git_oid()
        try libgit2("name the content of object \(id)") {
            git_odb_hash(
                &name, git_odb_object_data(object), git_odb_object_size(object), git_odb_object_type(object))
        }
        guard ObjectID(name) == id else {
            throw Libgit2Error(
                code: GIT_ERROR.rawValue, doing: "read object \(id)", message: "its content is that of another")
        }
        return content
    }

    /// The commit that `id` is, or leads to if it is an annotated tag, and the id of its tree.
    func commit(_ id: ObjectID) throws(Libgit2Error) -> (details: RevisionDetails, tree: ObjectID) {
        var oid = id.oid
        var object: OpaquePointer?
        var commit: OpaquePointer?
        defer {
            git_object_free(object)
            git_object_free(commit)
        }
        // A commit with more than that to say is made to exhaust whoever reads it.
        try limited(to: AllocationLimit.least, "find \(id)") { () throws(Libgit2Error) in
            try libgit2("find \(id)") { git_object_lookup(&object, repository, &oid, GIT_OBJECT_ANY) }
            try libgit2("find the commit of \(id)") { git_object_peel(&commit, object, GIT_OBJECT_COMMIT) }
        }
        guard let id = git_commit_id(commit), let tree = git_commit_tree_id(commit) else {
            preconditionFailure("a commit has an id and a tree")
        }
        let details = RevisionDetails(
            revision: Revision(ObjectID(id.pointee).hex), author: Self.author(of: commit),
            authoredAt: Timestamp(seconds: git_commit_author(commit)?.pointee.when.time ?? 0),
            subject: Self.subject(of: commit))
        return (details, try checksNames ? checkedTree(of: ObjectID(id.pointee)) : ObjectID(tree.pointee))
    }

    private func limited(
        to bytes: Int, _ doing: String, _ body: () throws(Libgit2Error) -> Void
    ) throws(Libgit2Error) {
        do {
            try AllocationLimit.run(upTo: bytes, body)
        } catch let error as Libgit2Error {
            throw error
        } catch {
            throw Libgit2Error(
                code: GIT_ERROR.rawValue, doing: doing, message: "it has more than \(bytes >> 20) MiB")
        }
    }

    /// The tree that a commit names, read from content that was compared with the commit's name.
    private func checkedTree(of commit: ObjectID) throws(Libgit2Error) -> ObjectID {
        let line = Array("tree ".utf8)
        let tree = try load(commit).withBytes { bytes in
            bytes.starts(with: line) ? ObjectID(hex: bytes.dropFirst(line.count).prefix(40)) : nil
        }
        guard let tree else {
            throw Libgit2Error(code: GIT_ERROR.rawValue, doing: "read commit \(commit)", message: "it names no tree")
        }
        return tree
    }

    /// Whether `id` is here and is a commit or leads to one.
    func hasCommit(_ id: ObjectID) -> Bool {
        do throws(Libgit2Error) {
            _ = try commit(id)
            return true
        } catch {
            return false
        }
    }

    // MARK: - Pins: refs that say which commits are here with all their trees

    func pins() throws(Libgit2Error) -> [ObjectID] {
        var iterator: OpaquePointer?
        try libgit2("list refs") { git_reference_iterator_glob_new(&iterator, repository, "refs/sluice/*") }
        defer { git_reference_iterator_free(iterator) }
        var ids: [ObjectID] = []
        var reference: OpaquePointer?
        while true {
            do throws(Libgit2Error) {
                try libgit2("read the next ref") { git_reference_next(&reference, iterator) }
            } catch {
                if error.code == GIT_ITEROVER.rawValue { return ids }
                throw error
            }
            if let target = git_reference_target(reference) { ids.append(ObjectID(target.pointee)) }
            git_reference_free(reference)
        }
    }

    func pin(_ id: ObjectID, as name: String) throws(Libgit2Error) {
        var oid = id.oid
        var reference: OpaquePointer?
        try libgit2("pin \(id)") {
            git_reference_create(&reference, repository, "refs/sluice/\(name)", &oid, 1, nil)
        }
        git_reference_free(reference)
    }

    /// Sees packs that have arrived since.
    func refresh() throws(Libgit2Error) {
        try libgit2("look for new packs") { git_odb_refresh(database) }
    }

    private static func author(of commit: OpaquePointer?) -> String {
        guard let signature = git_commit_author(commit)?.pointee else { return "" }
        let name = signature.name.map { String(cString: $0) } ?? ""
        let address = signature.email.map { String(cString: $0) } ?? ""
        return printable("\(name) <\(address)>".unicodeScalars)
    }

    private static func subject(of commit: OpaquePointer?) -> String {
        let message = git_commit_message(commit).map { String(cString: $0) } ?? ""
        let text = message.unicodeScalars.drop { Character($0).isNewline }
        return printable(text.prefix { !Character($0).isNewline })
    }

    /// Cut at 500 characters: it is kept with each generation and shown with each object.
    private static func printable(_ text: some Sequence<Unicode.Scalar>) -> String {
        let shown = text.lazy.filter { $0.value >= 0x20 && $0.value != 0x7F }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: shown.prefix(longestText))
        return String(view)
    }

    private static let longestText = 500
}

/// The content of one object, as long as the value lives.
final class GitContent {
    private let object: OpaquePointer

    fileprivate init(_ object: OpaquePointer) { self.object = object }

    deinit { git_odb_object_free(object) }

    /// Whether it is a file's content, not a tree's or a commit's.
    var isBlob: Bool { git_odb_object_type(object) == GIT_OBJECT_BLOB }

    /// The bytes are there while `body` runs, no longer.
    func withBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        try withExtendedLifetime(self) {
            try body(UnsafeRawBufferPointer(start: git_odb_object_data(object), count: git_odb_object_size(object)))
        }
    }
}
