private import Glibc
internal import Model

extension LocalRoot {
    /// `selection`, obeying the `.sluiceignore` in this directory if it asks for that and there is one.
    ///
    /// - Throws: ``BackendError`` when there is one that cannot be used; a link counts as that.
    func obeyingIgnoreFile(_ selection: FileSelection) throws(BackendError) -> FileSelection {
        guard selection.usesIgnoreFile else { return selection }
        do throws(IgnoreFile.Fault) {
            return selection.obeying(try ignoreFile())
        } catch {
            throw error.error(in: "the folder \"\(EscapedName(path))\"")
        }
    }

    private func ignoreFile() throws(IgnoreFile.Fault) -> IgnoreFile? {
        let file: Descriptor
        let status: FileStatus
        do throws(SystemError) {
            let root = try directory([])
            file = try Self.withName(IgnoreFile.path.string.utf8) { (name) throws(SystemError) in try root.file(name) }
            status = try file.status()
        } catch {
            switch error.code {
            case ENOENT: return nil
            case ELOOP: throw .notFile("a symbolic link")
            case ENXIO: throw .notFile("a socket or a FIFO")
            default: throw .unreadable(error.clause)
            }
        }
        switch status.kind {
        case .regular: break
        case .directory: throw .notFile("a folder")
        default: throw .notFile(status.clause ?? "a special file")
        }
        guard status.sizeInBytes <= Int64(IgnoreFile.longestInBytes) else { throw .tooLong(status.sizeInBytes) }
        let content: [UInt8]
        do throws(SystemError) {
            content = try file.content(limit: IgnoreFile.longestInBytes + 1)
        } catch {
            throw .unreadable(error.clause)
        }
        return try IgnoreFile(content)
    }
}

extension Descriptor {
    /// What is left to read, cut at `limit` bytes.
    fileprivate func content(limit: Int) throws(SystemError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limit, alignment: 1)
        defer { buffer.deallocate() }
        var count = 0
        while count < limit {
            let piece = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
            if piece == 0 { break }
            count += piece
        }
        return Array(buffer[..<count])
    }
}
