private import Crypto
private import Foundation
internal import Model

/// Reads every pack of every mirror and compares it with the checksums that it ends with.
///
/// A mirror's refs and memo need no such look: the next sync compares them with the remote anyway.
actor MirrorCheck {
    nonisolated private let lane = Lane("git check")
    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    private let root: String

    /// - Parameter cacheFolder: the folder below which the mirrors are.
    init(_ cacheFolder: String) { root = cacheFolder + "/git" }

    /// - Parameter repairs: also removes what is broken; the next sync makes it anew.
    /// - Returns: one sentence for each broken mirror.
    func run(repairs: Bool) async -> [String] {
        var faults: [String] = []
        for name in names(in: root) {
            let folder = MirrorFolder(at: root + "/" + name)
            guard FileManager.default.fileExists(atPath: folder.repository), !Task.isCancelled else { continue }
            do {
                let lock = try await FileLock.acquire(folder.lock, clock: ContinuousClock())
                try withExtendedLifetime(lock) {
                    guard let fault = try fault(in: folder) else { return }
                    faults.append("the git mirror \"\(folder.path)\" is damaged: \(fault)")
                    if repairs { folder.removeRepository() }
                }
            } catch {
                faults.append("the git mirror \"\(folder.path)\" cannot be read: \(error)")
            }
        }
        return faults
    }

    private func fault(in folder: MirrorFolder) throws -> String? {
        for name in names(in: folder.packs) where name.hasSuffix(".pack") || name.hasSuffix(".idx") {
            if try !endsInItsChecksum(folder.packs + "/" + name) { return "\(name) does not match its checksum" }
        }
        return nil
    }

    /// Whether a file's last 20 bytes are the SHA-1 of all before them.
    /// - Source: gitformat-pack(5): both a pack and its index end so.
    private func endsInItsChecksum(_ path: String) throws -> Bool {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }  // Only read from: nothing can be lost by closing.
        var left = Int(try file.seekToEnd()) - Self.checksumSize
        guard left > 0 else { return false }
        try file.seek(toOffset: 0)
        var hash = Insecure.SHA1()
        while left > 0, let piece = try file.read(upToCount: min(left, 1 << 20)), !piece.isEmpty {
            hash.update(data: piece)
            left -= piece.count
        }
        return try Data(hash.finalize()) == file.read(upToCount: Self.checksumSize)
    }

    private func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()  // Not there, nothing in it.
    }

    private static let checksumSize = 20
}
