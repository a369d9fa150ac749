internal import CGit2
internal import Model

/// The refs of a repository on this machine's disk.
extension GitObjects {
    /// What `selection` means in this repository, which is at `place`.
    ///
    /// - Throws: `.notFound` when it means nothing.
    func resolve(_ selection: RefSelection, at place: String) throws -> ResolvedRef {
        if case .commit(let id) = selection {
            guard contains(id) else { throw selection.missing(at: place) }
            return ResolvedRef(peeled(id))
        }
        var refs = RefListing(selection)
        for name in try names(selection) where refs.wants(name) {
            guard let id = try id(of: name) else { continue }
            let commit = peeled(id)
            refs.add(id, name, peeled: commit == id ? nil : commit)
        }
        if selection == .head, let branch = try target(of: "HEAD") { refs.noteHead(branch) }
        return try refs.followed(at: place)
    }

    /// What is pinned under `name`; nil when nothing is.
    func pinned(as name: String) throws(Libgit2Error) -> ObjectID? { try id(of: "refs/sluice/\(name)") }

    private func names(_ selection: RefSelection) throws(Libgit2Error) -> [String] {
        guard case .newestTag = selection else { return selection.candidates }
        var names: [String] = []
        // No legal prefix has a wildcard of its own.
        for prefix in selection.prefixes { try forEachRef(matching: prefix + "*") { names.append($0) } }
        return names
    }

    /// Calls `visit` with the full name of each ref that the pattern matches, in no order.
    private func forEachRef(matching pattern: String, _ visit: (String) -> Void) throws(Libgit2Error) {
        var iterator: OpaquePointer?
        try libgit2("list refs") { git_reference_iterator_glob_new(&iterator, repository, pattern) }
        defer { git_reference_iterator_free(iterator) }
        var name: UnsafePointer<CChar>?
        while true {
            do throws(Libgit2Error) {
                try libgit2("read the next ref") { git_reference_next_name(&name, iterator) }
            } catch {
                if error.code == GIT_ITEROVER.rawValue { return }
                throw error
            }
            if let name { visit(String(cString: name)) }
        }
    }

    /// What a ref leads to; nil when there is none. A HEAD that names an unborn branch leads to nothing either.
    private func id(of name: String) throws(Libgit2Error) -> ObjectID? {
        var oid = git_oid()
        do throws(Libgit2Error) {
            try libgit2("look up ref \"\(name)\"") { git_reference_name_to_id(&oid, repository, name) }
            return ObjectID(oid)
        } catch {
            if !error.isNotFound { throw error }
            return nil
        }
    }

    /// The ref that a symbolic one names; nil for any other.
    private func target(of name: String) throws(Libgit2Error) -> String? {
        var reference: OpaquePointer?
        try libgit2("look up ref \"\(name)\"") { git_reference_lookup(&reference, repository, name) }
        defer { git_reference_free(reference) }
        return git_reference_symbolic_target(reference).map { String(cString: $0) }
    }

    /// The commit that a tag leads to, or the commit itself. What leads to none is complained about when it is read.
    private func peeled(_ id: ObjectID) -> ObjectID {
        do throws(Libgit2Error) {
            return ObjectID(hex: try commit(id).details.revision.id.utf8) ?? id
        } catch {
            return id
        }
    }
}
