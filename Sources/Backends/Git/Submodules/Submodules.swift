internal import Model
private import Synchronization

/// Opens the submodules of one repository, at the commits that its tree names.
struct Submodules: Sendable {
    let policy: SubmodulePolicy
    /// The repository whose submodules these are.
    let place: GitPlace
    /// The data source's own place.
    let home: GitPlace
    /// With what lets in at `home`, as long as every repository on the way here is of that origin.
    let access: GitAccess
    let isHome: Bool
    let largeFiles: LargeFilePlace?
    let checksNames: Bool
    /// What the paths of this repository begin with in the listing: it ends in `/`, or is empty.
    let prefix: String
    /// What a path of the listing begins with in this repository's tree, likewise.
    let root: String
    let depth: Int
    /// Of all repositories of the data source.
    let count: Count

    final class Count: Sendable {
        private let number = Atomic<Int>(0)
        func next() -> Int { number.add(1, ordering: .relaxed).newValue }
    }

    /// Of the data source's own repository.
    init?(
        of home: GitPlace, _ access: GitAccess, _ policy: GitPolicy, below subPath: RelativePath?
    ) {
        guard let submodules = policy.submodules else { return nil }
        self.init(
            policy: submodules, place: home, home: home, access: access, isHome: true,
            // A server that was set is that of one repository.
            largeFiles: policy.largeFiles.map { _ in LargeFilePlace() }, checksNames: policy.signatures != nil,
            prefix: "", root: subPath.map { $0.string + "/" } ?? "", depth: 0, count: Count())
    }

    private init(
        policy: SubmodulePolicy, place: GitPlace, home: GitPlace, access: GitAccess, isHome: Bool,
        largeFiles: LargeFilePlace?, checksNames: Bool, prefix: String, root: String, depth: Int, count: Count
    ) {
        self.policy = policy
        self.place = place
        self.home = home
        self.access = access
        self.isHome = isHome
        self.largeFiles = largeFiles
        self.checksNames = checksNames
        self.prefix = prefix
        self.root = root
        self.depth = depth
        self.count = count
    }

    /// Opens `submodule` for a listing of it.
    ///
    /// - Parameter reader: of the repository that it is in.
    /// - Throws: ``FileProblem`` when it cannot be had, which costs what is below its path and nothing else.
    func open(_ submodule: TreeWalk.Submodule, in reader: GitReader) async throws -> GitSnapshot {
        do {
            return try await atPort { try await find(submodule, reader) }
        } catch let fault as SubmoduleURL.Fault {
            throw Self.problem(
                submodule,
                BackendError(
                    .notFound, fault.clause, advice: "mend that, or leave the submodule out with an ignore rule"))
        } catch let error as BackendError {
            throw Self.problem(submodule, error)
        }
    }

    private func find(_ submodule: TreeWalk.Submodule, _ reader: GitReader) async throws -> GitSnapshot {
        guard depth < SubmodulePolicy.deepest else {
            throw SubmoduleURL.Fault(clause: "it lies more than \(SubmodulePolicy.deepest) submodules deep")
        }
        guard count.next() <= SubmodulePolicy.most else {
            throw SubmoduleURL.Fault(clause: "there are more than \(SubmodulePolicy.most) of them")
        }
        // By bytes: a mark that follows a slash would be one character with it.
        let path = root + String(decoding: submodule.path.string.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        guard let module = try await reader.modules()[path] else {
            throw SubmoduleURL.Fault(clause: ".gitmodules does not say where it is")
        }
        if case .local = place, let folder = try await reader.absorbed(module.name),
            let snapshot = try await inPlace(folder, at: .local(folder), submodule, reader)
        {
            return snapshot
        }
        let found = try SubmoduleURL.place(module.url, in: place)
        guard policy.allows(found, home: home) else {
            throw SubmoduleURL.Fault(
                clause: "it is on the host \"\(EscapedName(found.host ?? ""))\", which is not among `submodule_hosts`")
        }
        if case .local(let folder) = found {
            guard let snapshot = try await inPlace(folder, at: found, submodule, reader) else {
                throw SubmoduleURL.Fault(clause: "the repository \"\(EscapedName(folder))\" does not have that commit")
            }
            return snapshot
        }
        return try await mirrored(found, submodule, reader)
    }

    /// Nil when the repository does not have the commit.
    private func inPlace(
        _ folder: String, at place: GitPlace, _ submodule: TreeWalk.Submodule, _ parent: GitReader
    ) async throws -> GitSnapshot? {
        // Before, so that nothing else is opened, and after, in case somebody exchanged it meanwhile.
        let check = LocalRepositoryCheck(folder, roots: access.roots)
        try check.run()
        let reader = GitReader(supply: nil)
        do {
            guard try await reader.open(folder, commit: submodule.commit, checksNames: checksNames, check: check)
            else {
                await reader.close()
                return nil
            }
            try check.run()
            let files = try await largeFiles?.ofRepository(reader.folder(), access)
            return try await begin(reader, at: place, access, isHome: isHome, submodule, parent, files, remote: nil)
        } catch {
            await reader.close()
            throw error
        }
    }

    private func mirrored(
        _ found: GitPlace, _ submodule: TreeWalk.Submodule, _ parent: GitReader
    ) async throws -> GitSnapshot {
        let staysHome = isHome && found.isSameOrigin(as: home)
        var place = found
        if staysHome, case .remote(let url, _) = found, case .remote(_, let credential) = home {
            place = .remote(url, credential)
        }
        let access = staysHome ? access : access.forStrangers
        if case .ssh = place, access.ssh == nil {
            throw SubmoduleURL.Fault(
                clause:
                    "it is reached over SSH, and the key of another server is not sent there; a relative URL keeps a "
                    + "submodule on its parent's server")
        }
        // A mirror of its own for each path: whoever holds the parent's lock holds all of these, so nobody waits for
        // somebody who waits.
        let (remote, folder) = try access.remote(
            place, scope: ["submodule"] + home.identity + [submodule.path.string])
        let supply = GitSupply(
            remote: remote, folder: folder, clock: access.patience.clock, ref: .commit(submodule.commit),
            use: access.use)
        let reader = GitReader(supply: supply)
        do {
            try await reader.openMirror(ResolvedRef(submodule.commit))
            let files = largeFiles?.ofRepository(place, access)
            return try await begin(
                reader, at: place, access, isHome: staysHome, submodule, parent, files, remote: remote)
        } catch {
            await reader.close()
            await remote.transport.close()
            throw error
        }
    }

    private func begin(
        _ reader: GitReader, at place: GitPlace, _ access: GitAccess, isHome: Bool, _ submodule: TreeWalk.Submodule,
        _ parent: GitReader, _ files: (any LargeFiles)?, remote: GitRemote?
    ) async throws -> GitSnapshot {
        let selection = try await parent.selection()
        let prefix = submodule.path.string + "/"
        try await reader.begin(submodule.commit, selection, below: prefix)
        let nested = Submodules(
            policy: policy, place: place, home: home, access: access, isHome: isHome, largeFiles: largeFiles,
            checksNames: checksNames, prefix: prefix, root: "", depth: depth + 1, count: count)
        return GitSnapshot(reader, nil, selection, remote: remote, largeFiles: files, submodules: nested)
    }

    private static func problem(_ submodule: TreeWalk.Submodule, _ error: BackendError) -> FileProblem {
        FileProblem(
            path: submodule.path, kind: .unreadable,
            reason: "a submodule at commit \(submodule.commit): \(error.reason)",
            general: BackendError(
                error.cause, "cannot list the submodule \"\(EscapedName(submodule.path.string))\": \(error.reason)",
                advice: error.advice, retry: error.retry))
    }
}

extension GitAccess {
    /// For another server: without what tells who we are.
    var forStrangers: GitAccess {
        var access = self
        access.http = http.forStrangers
        access.ssh = nil
        return access
    }
}
