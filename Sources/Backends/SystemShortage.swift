private import Glibc

/// Something that the system has no more of to give to this process: open files, or memory.
///
/// It says nothing of a remote or of one of its files, and another try finds the same as long as as much is under way.
package struct SystemShortage: Error, Sendable, Equatable {
    package let code: Int32

    /// - Parameter code: the system's error number; nil is made of one that tells of something else.
    package init?(_ code: Int32) {
        guard [EMFILE, ENFILE, ENOMEM, ENOBUFS].contains(code) else { return nil }
        self.code = code
    }

    /// What the process lacks now, if it cannot open so much as one more file; for errors that come without a number.
    package static var present: SystemShortage? {
        let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return SystemShortage(errno) }
        close(descriptor)
        return nil
    }

    /// Whether a library's message ends in the system's words for a shortage.
    package static func named(in message: String) -> SystemShortage? {
        [EMFILE, ENFILE, ENOMEM].first { message.hasSuffix(String(cString: strerror($0))) }.flatMap {
            SystemShortage($0)
        }
    }

    /// Such as `too many open files`.
    package var clause: String { String(cString: strerror(code)).lowercased() }

    package var advice: String {
        switch code {
        case EMFILE: "let this process have more files open at once (`ulimit -n`), or sync fewer sources at once"
        case ENFILE:
            "this machine has too many files open: raise its limit (`fs.file-max`), or run fewer programs on it"
        default: "give this machine more memory, or run fewer programs on it"
        }
    }
}
