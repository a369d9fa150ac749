import Foundation
import Glibc
import Model

/// What the operating system says about this process and its user.
enum ThisProcess {
    /// The name of the effective user, as in PostgreSQL's peer authentication; `uid-N` when the system has no name.
    static var userName: String {
        let identifier = geteuid()
        guard let entry = getpwuid(identifier), let name = entry.pointee.pw_name else { return "uid-\(identifier)" }
        return String(cString: name)
    }

    /// The environment that the process was started with, for the store. The key that opens secrets is taken out of the
    /// present one when this is first read, so that no program that is started gets it.
    static let environmentForStore: [String: String] = {
        let environment = ProcessInfo.processInfo.environment
        for name in environment.keys where isAboutKey(name) { unsetenv(name) }
        return environment
    }()

    /// The environment for programs that are started and for backends.
    static var environmentForOthers: [String: String] { environmentForStore.filter { !isAboutKey($0.key) } }

    private static func isAboutKey(_ name: String) -> Bool { name.hasPrefix("SLUICE_SECRET_KEY") }

    /// This process as the holder of claims.
    static var holder: ClaimHolder {
        let identifier = getpid()
        return ClaimHolder(machine: machine, processID: identifier, processStart: start(of: identifier) ?? 0)
    }

    /// Whether a holder may still be running: false only for a process of this machine that is gone.
    static func isAlive(_ holder: ClaimHolder) -> Bool {
        let hostName = machine.prefix { $0 != "/" }
        guard holder.machine.prefix(while: { $0 != "/" }) == hostName else { return true }
        guard holder.machine == machine else { return false }
        return start(of: holder.processID) == holder.processStart
    }

    /// Host name and boot: process numbers start anew with each boot.
    private static var machine: String {
        let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        // A system without a boot id still has its name; a process number could then outlive a boot, which costs a
        // wait for the lease's end at most.
        return ProcessInfo.processInfo.hostName + "/" + (boot ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Ends the process, here and now.
    ///
    /// exit(3) would have libraries clean up while threads still run in them: libcrypto frees there what a transfer
    /// thread that ends at the same moment frees as well. Nothing waits for that: output is written unbuffered, and the
    /// store bears a process that ends anywhere.
    /// - Source: OPENSSL_init_crypto(3), `OPENSSL_INIT_NO_ATEXIT`.
    static func end(_ status: Int32) -> Never { _exit(status) }

    /// The start time of a process in clock ticks since boot; nil when there is none of this number, or it has ended
    /// and only waits for its parent to hear of it, which in a container may be for ever.
    ///
    /// Source: proc(5), `/proc/[pid]/stat`, fields 3 and 22; the name in field 2 may hold spaces and parentheses.
    private static func start(of identifier: Int32) -> Int64? {
        // A process that is gone has no such file: that is the answer, not an error.
        guard let text = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[end...].split(separator: " ")
        guard fields.count > 20, !["Z", "X"].contains(fields[1]) else { return nil }
        return Int64(fields[20])
    }
}

extension Timestamp {
    /// The present moment by the system's clock.
    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }
}
