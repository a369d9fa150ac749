internal import Foundation
internal import Model
private import Synchronization

/// Notes which mirrors one snapshot of a data source opens, so that those which no source uses can be told.
///
/// Each source has a record below the mirrors, named by the source's number, with the names of its mirrors; those are
/// keyed hashes and tell nothing. A record that is lost costs its source a mirror at worst: what cannot be written is
/// not written.
final class MirrorUse: Sendable {
    private let records: MirrorRecords
    private let source: SourceID
    private let names = Mutex<Set<String>>([])

    init(in cacheFolder: String, by source: SourceID) {
        records = MirrorRecords(cacheFolder)
        self.source = source
    }

    /// Adds a mirror to the source's record. To be called under the mirror's lock, before anything is put into it.
    func note(_ folder: MirrorFolder) {
        names.withLock { _ = $0.insert(folder.name) }
        folder.markUsed()
        let known = records.names(of: source)
        if !known.contains(folder.name) { records.write(known.union([folder.name]), of: source) }
    }

    /// Leaves only the mirrors that were noted in the record: to be called when a listing has come to its end, so that
    /// these are all that the source has under its present settings.
    func settle() {
        let present = names.withLock { $0 }
        guard records.names(of: source) != present else { return }
        records.write(present, of: source)
        records.isSweepDue = true
    }
}

/// What the mirrors below a cache folder are used by.
struct MirrorRecords: Sendable {
    /// The folder with the mirrors.
    let root: String
    private var folder: String { root + "/users" }
    private var due: String { folder + "/due" }

    init(_ cacheFolder: String) { root = cacheFolder + "/git" }

    /// The sources that have a record.
    var sources: Set<SourceID> {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []  // No folder, no records.
        return Set(names.compactMap { Int64($0) }.map { SourceID($0) })
    }

    func names(of source: SourceID) -> Set<String> {
        let text = FileManager.default.contents(atPath: file(source)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return Set(text.split(separator: "\n").map(String.init))
    }

    func write(_ names: Set<String>, of source: SourceID) {
        let text = names.sorted().map { $0 + "\n" }.joined()
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try? Data(text.utf8).write(to: URL(fileURLWithPath: file(source)), options: .atomic)
    }

    func remove(_ source: SourceID) { try? FileManager.default.removeItem(atPath: file(source)) }

    /// Whether a source has left a mirror since the last sweep.
    var isSweepDue: Bool {
        get { FileManager.default.fileExists(atPath: due) }
        nonmutating set {
            if newValue {
                _ = FileManager.default.createFile(atPath: due, contents: nil)
            } else {
                try? FileManager.default.removeItem(atPath: due)
            }
        }
    }

    private func file(_ source: SourceID) -> String { "\(folder)/\(source.number)" }
}
