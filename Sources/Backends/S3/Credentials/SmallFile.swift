internal import Foundation

/// A short file that somebody else may be writing.
enum SmallFile {
    /// Why it gives no text.
    struct Fault: Error {
        /// A clause about "it".
        let clause: String
        let advice: String
    }

    private static let limitInBytes = 1 << 20

    /// The whole text.
    ///
    /// - Throws: ``Fault`` when it cannot be opened, is no regular file, is longer than 1 MiB, or is no UTF-8.
    static func read(_ path: String) throws(Fault) -> String {
        // A pipe that nobody writes to would be waited for, past any interruption.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            let advice = errno == EACCES ? "let this user read it" : "see to it that this user can read it"
            throw Fault(clause: String(cString: strerror(errno)).lowercased(), advice: advice)
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw Fault(clause: String(cString: strerror(errno)).lowercased(), advice: "put a file there")
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw Fault(clause: "it is a directory", advice: "put a file there")
        case S_IFIFO: throw Fault(clause: "it is a pipe, not a file", advice: "put a file there")
        default: throw Fault(clause: "it is no regular file", advice: "put a file there")
        }
        let data: Data
        do {
            data = try handle.read(upToCount: limitInBytes + 1) ?? Data()
        } catch {
            throw Fault(clause: "it cannot be read to its end", advice: "check the disk that it is on")
        }
        guard data.count <= limitInBytes else {
            throw Fault(clause: "it is longer than \(limitInBytes >> 20) MiB", advice: "shorten it")
        }
        if [[0xFF, 0xFE], [0xFE, 0xFF]].contains(Array(data.prefix(2))) {
            throw Fault(clause: "it is written in UTF-16", advice: "save it as UTF-8")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw Fault(clause: "it is no text in UTF-8", advice: "save it as UTF-8 text")
        }
        return text
    }

    /// The same where any reason not to read it is told as one.
    static func text(_ path: String) -> String? { try? read(path) }
}
