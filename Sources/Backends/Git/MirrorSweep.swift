private import Foundation
internal import Model

/// Removes mirrors that no data source uses any more: of a source that was removed, or of a credential or URL that it
/// no longer has.
///
/// Safe beside any number of processes that use mirrors: one is removed under its lock, and whoever waited for that
/// makes it anew.
struct MirrorSweep: Sendable {
    let records: MirrorRecords
    private var root: String { records.root }

    /// A mirror of which no record ever told, as older versions left them, goes when nothing has happened in it for so
    /// long.
    private static let patience: TimeInterval = 30 * 86_400

    init(_ cacheFolder: String) { records = MirrorRecords(cacheFolder) }

    /// - Parameters:
    ///   - isDue: whether to look although no sync has left a mirror.
    ///   - present: the sources that there are; asked only if anything is to be looked at.
    func run(isDue: Bool, present: () async -> Set<SourceID>?) async {
        guard isDue || records.isSweepDue, FileManager.default.fileExists(atPath: root) else { return }
        records.isSweepDue = false
        // In this order: a source that gets its first record after this look is not taken for one that is gone.
        let recorded = records.sources
        guard let present = await present() else {
            records.isSweepDue = true
            return
        }
        let gone = recorded.subtracting(present)
        var names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []  // Not there, nothing in it.
        for name in names where name.hasPrefix(Self.dropped) { remove(root + "/" + name) }
        names.removeAll { !MirrorFolder.isName($0) }
        let used = usedNames(without: gone)
        for name in names where !used.contains(name) { drop(MirrorFolder(at: root + "/" + name), without: gone) }
        gone.forEach(records.remove)
    }

    private func usedNames(without gone: Set<SourceID>) -> Set<String> {
        records.sources.subtracting(gone).reduce(into: []) { $0.formUnion(records.names(of: $1)) }
    }

    private func drop(_ folder: MirrorFolder, without gone: Set<SourceID>) {
        // Held or not to be had: somebody uses it, and it is looked at again.
        guard let lock = try? FileLock.ifFree(folder.lock) else {
            records.isSweepDue = true
            return
        }
        withExtendedLifetime(lock) {
            // Whoever had the lock may have noted it.
            guard !usedNames(without: gone).contains(folder.name), folder.wasUsed || isOld(folder) else { return }
            // Out of the way at once, so that nobody finds half of it.
            let place = root + "/" + Self.dropped + UUID().uuidString
            guard rename(folder.path, place) == 0 else { return }
            remove(place)
        }
    }

    private func isOld(_ folder: MirrorFolder) -> Bool {
        let times = [folder.path, folder.repository, folder.packs].compactMap { path in
            (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
        }
        return times.allSatisfy { $0.timeIntervalSinceNow < -Self.patience }
    }

    private func remove(_ path: String) {
        // What will not go away is found again by the next sweep.
        try? FileManager.default.removeItem(atPath: path)
    }

    private static let dropped = "dropped-"
}
