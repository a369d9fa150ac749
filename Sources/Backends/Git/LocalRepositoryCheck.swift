internal import Foundation
internal import Model

/// Whether a repository on this machine's disk is, with all its parts, in the directories that may be read.
///
/// A repository can have its parts elsewhere: a `.git` that is a file or a link, a common directory, links among its
/// objects, alternates. Each of them is looked at where it really is. libgit2 opens files by their paths, so somebody who
/// may write inside an allowed directory could still exchange a part between this look and the reading.
struct LocalRepositoryCheck {
    private let roots: AllowedRoots
    private let path: String

    init(_ path: String, roots: AllowedRoots) {
        self.path = path
        self.roots = roots
    }

    /// - Throws: ``BackendError``; nothing for a path at which there is no repository, which is for others to say.
    func run() throws(BackendError) {
        guard roots.isLimited else { return }
        let root: Descriptor
        do throws(SystemError) { root = try Descriptor(root: path) } catch {
            let missing = BackendError(.notFound, "")
            let cause = roots.error(missing, opening: path)
            if cause != missing { throw cause }
            return
        }
        try roots.check(root, named: path)
        guard let folder = try gitFolder() else { return }
        for part in [folder, try common(of: folder)] { try checkPart(part) }
    }

    /// The same of the folders that libgit2 found the repository in: it alone knows how it reads the files that say so.
    func run(opened folders: Set<String>) throws(BackendError) {
        guard roots.isLimited else { return }
        for folder in folders {
            guard let place = try? Descriptor(place: folder) else { throw AllowedRoots.refusal(path) }
            try roots.check(place, named: path)
            try checkPart(folder)
        }
    }

    private func checkPart(_ folder: String) throws(BackendError) {
        try check(folder)
        try checkLinks(in: folder, below: ["", "/refs", "/info"])
        try checkObjects(folder + "/objects", depth: 0)
    }

    /// The folder that holds the repository itself.
    private func gitFolder() throws(BackendError) -> String? {
        let inner = path + "/.git"
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: inner, isDirectory: &isFolder) else { return path }
        if isFolder.boolValue { return inner }
        guard let line = firstLine(of: inner), line.hasPrefix("gitdir:") else { return nil }
        return absolute(String(line.dropFirst("gitdir:".count).drop { $0 == " " }), from: path)
    }

    /// The folder that a work tree's repository shares with others.
    private func common(of folder: String) throws(BackendError) -> String {
        firstLine(of: folder + "/commondir").map { absolute($0, from: folder) } ?? folder
    }

    /// The objects, and those of the repositories that they borrow from.
    private func checkObjects(_ objects: String, depth: Int) throws(BackendError) {
        guard FileManager.default.fileExists(atPath: objects) else { return }
        guard depth <= Self.deepestAlternate else { throw AllowedRoots.refusal(objects) }
        try check(objects)
        try checkLinks(in: objects, below: [""] + names(in: objects).map { "/" + $0 })
        for line in try alternates(of: objects) {
            // What libgit2 would take from the folder that this process happens to be in is nothing that git has.
            guard let place = String(validating: line, as: UTF8.self), !line.contains(0),
                place.hasPrefix("/") || place.hasPrefix(".") && depth == 0
            else { throw AllowedRoots.refusal(objects + "/info/alternates") }
            try checkObjects(absolute(place, from: objects), depth: depth + 1)
        }
    }

    /// As libgit2 reads them: any line end ends a line, and blanks belong to it.
    private func alternates(of objects: String) throws(BackendError) -> [Data] {
        let file = objects + "/info/alternates"
        guard let handle = FileHandle(forReadingAtPath: file) else { return [] }  // No such file is the common case.
        let data: Data
        // Nothing is what an empty file has.
        do { data = try handle.read(upToCount: Self.longestAlternates + 1) ?? Data() } catch {
            throw AllowedRoots.refusal(file)
        }
        guard data.count <= Self.longestAlternates else { throw AllowedRoots.refusal(file) }
        return data.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
            .filter { $0.first != UInt8(ascii: "#") }
    }

    /// Looks where the links in some folders lead.
    private func checkLinks(in folder: String, below subfolders: [String]) throws(BackendError) {
        for subfolder in subfolders {
            for name in names(in: folder + subfolder) {
                let entry = "\(folder)\(subfolder)/\(name)"
                var status = stat()
                guard lstat(entry, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { continue }
                try check(entry)
            }
        }
    }

    private func check(_ path: String) throws(BackendError) {
        // What is not there is not read either.
        guard let place = try? Descriptor(place: path) else { return }
        try roots.check(place, named: path)
    }

    private func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []  // No folder, no names.
    }

    private func firstLine(of file: String) -> String? {
        text(of: file)?.split(separator: "\n").first.map(String.init)
    }

    private func text(of file: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: file), let data = try? handle.read(upToCount: 64 << 10) else {
            return nil  // No such file is the common case.
        }
        return String(decoding: data, as: UTF8.self)
    }

    private func absolute(_ path: String, from folder: String) -> String {
        path.hasPrefix("/") ? path : folder + "/" + path
    }

    /// As git itself goes.
    private static let deepestAlternate = 5
    private static let longestAlternates = 1 << 20
}
