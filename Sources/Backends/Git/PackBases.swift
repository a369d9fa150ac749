internal import CGit2
internal import Model

/// The objects that a repository holds, as a pack has them.
///
/// An object database of its own: a reader's belongs to the reader's lane.
final class PackBases {
    private var database: OpaquePointer?

    /// - Parameter folder: a repository's `objects/pack`.
    init(folder: String) throws(Libgit2Error) {
        try libgit2("open the objects around \"\(folder)\"") { git_odb_open(&database, folder + "/..") }
    }

    deinit { git_odb_free(database) }

    /// Whether the object is here, and not too large to be held.
    func holds(_ id: ObjectID) throws(Libgit2Error) -> Bool {
        var oid = id.oid
        guard git_odb_exists_ext(database, &oid, GIT_ODB_LOOKUP_NO_REFRESH.rawValue) == 1 else { return false }
        var size = 0
        var type = GIT_OBJECT_INVALID
        try libgit2("find object \(id)") { git_odb_read_header(&size, &type, database, &oid) }
        return size <= Self.largest
    }

    /// An object that is held, whole, with its header.
    func packed(_ id: ObjectID) throws(Libgit2Error) -> [UInt8] {
        var oid = id.oid
        var object: OpaquePointer?
        try libgit2("read object \(id)") { git_odb_read(&object, database, &oid) }
        defer { git_odb_object_free(object) }
        let size = git_odb_object_size(object)
        var bytes = header(of: git_odb_object_type(object), size: size)
        let start = bytes.count
        var room = compressBound(UInt(size))
        bytes += [UInt8](repeating: 0, count: Int(room))
        let content = git_odb_object_data(object)?.assumingMemoryBound(to: UInt8.self)
        // Not compressed: that would take a quarter of a small sync's processor time.
        let code = bytes.withUnsafeMutableBufferPointer { bytes in
            compress2(bytes.baseAddress?.advanced(by: start), &room, content, UInt(size), Z_NO_COMPRESSION)
        }
        guard code == Z_OK else {
            throw Libgit2Error(code: GIT_ERROR.rawValue, doing: "pack object \(id)", message: "zlib's code is \(code)")
        }
        bytes.removeLast(bytes.count - start - Int(room))
        return bytes
    }

    /// - Source: gitformat-pack(5): three bits of type and four of size, then seven bits of size a byte.
    private func header(of type: git_object_t, size: Int) -> [UInt8] {
        var bytes = [UInt8(truncatingIfNeeded: type.rawValue) << 4 | UInt8(size & 0xF)]
        var rest = size >> 4
        while rest > 0 {
            bytes[bytes.count - 1] |= 0x80
            bytes.append(UInt8(rest & 0x7F))
            rest >>= 7
        }
        return bytes
    }

    /// Content beyond this has no difference worth having.
    private static let largest = 16 << 20
}
