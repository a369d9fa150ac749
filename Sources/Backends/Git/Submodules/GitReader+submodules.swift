internal import Foundation
internal import Model

/// What a repository says about its submodules.
extension GitReader {
    /// The `.gitmodules` of the commit; empty when there is none.
    ///
    /// - Throws: ``SubmoduleURL/Fault`` when there is one that cannot be used.
    func modules() async throws -> GitModules {
        if let known = knownModules { return known }
        guard let commit else { return GitModules() }
        let found = try await healing { reader in
            let tree = try reader.opened().commit(commit).tree
            return try reader.entry(Array(".gitmodules".utf8), in: tree)
        }
        var modules = GitModules()
        if let entry = found {
            // Never through a link: what it says would not be what the commit holds.
            guard entry.kind == .file, try await size(of: entry.id) <= Int64(GitModules.longestInBytes) else {
                throw SubmoduleURL.Fault(clause: ".gitmodules is no file, or too long")
            }
            let bytes = try await healing { try $0.opened().load(entry.id).withBytes { Array($0) } }
            do throws(GitModules.Malformed) {
                modules = try GitModules(bytes)
            } catch {
                throw SubmoduleURL.Fault(clause: ".gitmodules is malformed in line \(error.line)")
            }
        }
        knownModules = modules
        return modules
    }

    /// The repository that git keeps for the submodule `name` in a repository on disk; nil when it has none.
    func absorbed(_ name: String) throws -> String? {
        // The name comes from a commit: it must not lead out of the folder.
        guard let path = try? RelativePath(name) else { return nil }
        let folder = try folder() + "modules/" + path.string
        return FileManager.default.fileExists(atPath: folder + "/objects") ? folder : nil
    }

    /// Opens the repository at `path` in place for one commit.
    ///
    /// - Returns: false when it does not have it.
    func open(
        _ path: String, commit id: ObjectID, checksNames: Bool, check: LocalRepositoryCheck
    ) throws -> Bool {
        let objects = try Self.repository(at: path)
        try check.run(opened: objects.folders)
        objects.checksNames = checksNames
        guard objects.contains(id) else { return false }
        self.objects = objects
        commit = id
        return true
    }

    /// Makes the listing start at a commit that is here, as part of another one's.
    ///
    /// - Parameter prefix: what its paths begin with there.
    func begin(_ commit: ObjectID, _ selection: FileSelection, below prefix: String) async throws {
        let tree = try await healing { try $0.opened().commit(commit).tree }
        walk = TreeWalk(tree, selection, below: prefix)
        walk?.asksForSubmodules = true
    }

    /// What the listing goes by.
    func selection() throws -> FileSelection {
        guard let walk else { throw BackendError(.local, "cannot read from a git snapshot that is closed") }
        return walk.selection
    }

    /// Has the listing stop at submodules.
    func askForSubmodules() { walk?.asksForSubmodules = true }

    /// The next part of the listing.
    func nextStep() async throws -> TreeWalk.Step? {
        try await healing { reader in
            try reader.walk?.nextStep { id in try reader.tree(id) }
        }
    }

    /// Answers a step that asked for a submodule.
    ///
    /// - Parameter problem: why it is not listed; nil when it will be.
    func settle(_ submodule: TreeWalk.Submodule, problem: FileProblem?) {
        if let problem { walk?.report(problem, of: submodule) } else { walk?.hold(submodule) }
    }
}
