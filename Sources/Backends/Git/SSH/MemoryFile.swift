private import Glibc
internal import Model

/// A nameless file in memory, that child processes of the same user open by its path while this value lives.
///
/// It is on no disk, has mode 0600, and goes with this process, however that ends.
final class MemoryFile: Sendable {
    private let descriptor: Int32
    let path: String

    init(_ content: some Collection<UInt8>, isExecutable: Bool = false) throws(BackendError) {
        guard let descriptor = Self.make(isExecutable: isExecutable) else {
            throw Self.impossible(errno)
        }
        self.descriptor = descriptor
        path = "/proc/\(getpid())/fd/\(descriptor)"
        var rest = Array(content)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Self.impossible(errno) }
            rest = rest.dropFirst(count)
        }
        guard fchmod(descriptor, isExecutable ? 0o700 : 0o600) == 0, access(path, R_OK) == 0 else {
            throw Self.impossible(errno)
        }
    }

    deinit { close(descriptor) }

    /// What is in it now: others may have written to it.
    var content: [UInt8] {
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = pread(descriptor, &piece, piece.count, off_t(content.count))
            guard count > 0 else { return content }
            content += piece.prefix(count)
        }
    }

    private static func make(isExecutable: Bool) -> Int32? {
        guard let create = GNUCall.memoryFileCreate else { return nil }
        // Kernels from 6.3 on may want to know whether it will be executed; older ones refuse the question.
        let wish: UInt32 = isExecutable ? 0x10 : 0x8
        let closesOnExec: UInt32 = 1
        for flags in [closesOnExec | wish, closesOnExec] {
            let descriptor = create("sluice", flags)
            if descriptor >= 0 { return descriptor }
        }
        return nil
    }

    /// Rather than on disk, where a killed process would leave it.
    private static func impossible(_ code: Int32) -> BackendError {
        BackendError(
            .local, "cannot hand a key to ssh in memory: \(String(cString: strerror(code)))",
            advice: SystemShortage(code)?.advice ?? "see that /proc is mounted, or use an agent with `ssh_agent`")
    }
}
