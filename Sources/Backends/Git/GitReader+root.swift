internal import Model

/// Where a listing begins, and what lies there to be obeyed.
extension GitReader {
    /// The tree of the sub-path below a commit's tree, or that tree itself.
    ///
    /// - Throws: `.notFound` when there is no such folder.
    func root(below tree: ObjectID, at place: String) throws -> ObjectID {
        var root = tree
        guard let subPath else { return root }
        for component in subPath.string.utf8.split(separator: UInt8(ascii: "/")) {
            let entry = try entry(Array(component), in: root)
            guard let entry, entry.kind == .folder else { throw missing(subPath, entry?.kind, at: place) }
            root = entry.id
        }
        return root
    }

    /// `selection`, obeying the `.sluiceignore` in the tree `root` if it asks for that and there is one.
    ///
    /// - Throws: ``BackendError`` when there is one that cannot be had or used.
    func obeyingIgnoreFile(
        _ selection: FileSelection, below root: ObjectID, at place: String
    ) async throws -> FileSelection {
        guard selection.usesIgnoreFile else { return selection }
        let found = try await healing { reader in try reader.entry(Array(IgnoreFile.path.string.utf8), in: root) }
        guard let entry = found else { return selection }
        let whereabouts = "commit \(commit?.hex.prefix(12) ?? "") of \"\(place)\""
        do {
            guard entry.kind == .file else { throw IgnoreFile.Fault.notFile(entry.kind.clause) }
            let size = try await size(of: entry.id)
            guard size <= Int64(IgnoreFile.longestInBytes) else { throw IgnoreFile.Fault.tooLong(size) }
            let content = try await healing { try $0.opened().load(entry.id) }
            let bytes = try content.withBytes { bytes throws(IgnoreFile.Fault) in
                guard LargeFilePointer.read(bytes) == .file else {
                    throw IgnoreFile.Fault.notFile("a git LFS pointer")
                }
                return Array(bytes)
            }
            return selection.obeying(try IgnoreFile(bytes))
        } catch let fault as IgnoreFile.Fault {
            throw fault.error(in: whereabouts)
        }
    }

    func entry(_ name: [UInt8], in tree: ObjectID) throws -> GitTree.Entry? {
        var tree = try self.tree(tree)
        while let entry = try tree.next() {
            if entry.name.elementsEqual(name) { return entry }
        }
        return nil
    }

    private func missing(_ subPath: RelativePath, _ kind: GitTree.Kind?, at place: String) -> BackendError {
        let what = kind.map { "it leads through or to \($0.clause)" } ?? "there is none"
        return BackendError(
            .notFound,
            "cannot find the folder \"\(EscapedName(subPath.string))\" in commit \(commit?.hex.prefix(12) ?? "") of "
                + "\"\(place)\": \(what)",
            advice: "set `sub_path` to a folder that the commit has")
    }
}

extension GitTree.Kind {
    /// Such as `a folder`.
    fileprivate var clause: String {
        switch self {
        case .file: "a file"
        case .symbolicLink: "a symbolic link"
        case .submodule: "a submodule"
        case .folder: "a folder"
        case .unknown: "an entry of unknown kind"
        }
    }
}
