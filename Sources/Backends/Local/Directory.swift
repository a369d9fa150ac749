private import Glibc
internal import Model

/// The entries of one directory, in the byte order of the paths that they lead to.
///
/// A directory sorts as its name with a `/`, for that is how the paths below it go on: `a.txt` before `a/b` before
/// `a0`.
/// All names lie in one array: some 80 bytes an entry.
struct Directory {
    struct Entry {
        fileprivate let start: Int
        fileprivate let count: Int
        /// Whether it is a directory that may not be entered; its name then has no `/`.
        let isClosed: Bool
        /// Or the system's number for why it does not tell.
        let status: Result<FileStatus, SystemError>
    }

    private var names: [UInt8] = []
    private(set) var entries: [Entry] = []
    private var targets: [Int: EscapedName] = [:]

    /// Reads and looks at all entries; those that vanish meanwhile are left out.
    init(of directory: Descriptor) throws(SystemError) {
        try directory.entries { (name) throws(SystemError) in
            let status = Self.status(of: name, in: directory)
            if case .failure(let error) = status, error.code == ENOENT { return }
            if case .failure(let error) = status, error.shortage != nil { throw error }
            let start = names.count
            names += UnsafeRawBufferPointer(start: name, count: strlen(name))
            var isClosed = false
            if case .success(let status) = status {
                // One that may not be entered is one path, and stands where a file of that name would.
                if status.kind == .directory { isClosed = !directory.mayEnter(name) }
                if status.kind == .directory, !isClosed { names.append(UInt8(ascii: "/")) }
                if status.kind == .symbolicLink { targets[start] = Self.target(of: name, in: directory) }
            }
            entries.append(Entry(start: start, count: names.count - start, isClosed: isClosed, status: status))
        }
        names.withUnsafeBytes { names in
            entries.sort { left, right in
                let start = names.baseAddress!  // Who compares two names has some.
                let order = memcmp(start + left.start, start + right.start, min(left.count, right.count))
                return order != 0 ? order < 0 : left.count < right.count
            }
        }
    }

    /// The entry's name; a directory's ends in `/`.
    func name(of entry: Entry) -> ArraySlice<UInt8> { names[entry.start..<(entry.start + entry.count)] }

    /// What a symbolic link says.
    func target(of entry: Entry) -> EscapedName? { targets[entry.start] }

    private static func status(
        of name: UnsafePointer<CChar>, in directory: Descriptor
    ) -> Result<FileStatus, SystemError> {
        do throws(SystemError) { return .success(try directory.status(of: name)) } catch { return .failure(error) }
    }

    private static func target(of name: UnsafePointer<CChar>, in directory: Descriptor) -> EscapedName? {
        // What cannot be read any more is a link all the same.
        (try? directory.target(of: name)).map { EscapedName(bytes: $0) }
    }
}
