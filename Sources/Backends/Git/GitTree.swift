internal import Model

/// The entries of one tree object, in the order they are stored: the byte order of their paths, in which a folder
/// counts as ending in `/`.
/// - Source: the format that git's `ls-tree` reads: mode, space, name, NUL, 20 bytes of id; nothing between entries.
struct GitTree {
    struct Entry {
        /// Whatever the tree says; nothing at all, too.
        let name: ArraySlice<UInt8>
        let kind: Kind
        let mode: UInt16
        let id: ObjectID
    }

    enum Kind {
        case file, symbolicLink, submodule, folder
        /// A mode that git has never given a meaning.
        case unknown
    }

    /// The bytes are no tree.
    struct Malformed: Error {}

    private let bytes: [UInt8]
    private var offset = 0

    var sizeInBytes: Int { bytes.count }

    init(_ content: UnsafeRawBufferPointer) { bytes = Array(content) }

    /// The next entry, or nil after the last.
    mutating func next() throws(Malformed) -> Entry? {
        guard offset < bytes.count else { return nil }
        var mode: UInt32 = 0
        while offset < bytes.count, bytes[offset] != UInt8(ascii: " ") {
            let digit = bytes[offset] &- UInt8(ascii: "0")
            guard digit < 8, mode < 1 << 15 else { throw Malformed() }
            mode = mode << 3 | UInt32(digit)
            offset += 1
        }
        guard let end = bytes[min(offset + 1, bytes.count)...].firstIndex(of: 0),
            let id = ObjectID(bytes: bytes[(end + 1)...].prefix(ObjectID.sizeInBytes))
        else { throw Malformed() }
        let name = bytes[(offset + 1)..<end]
        offset = end + 1 + ObjectID.sizeInBytes
        return Entry(name: name, kind: Self.kind(of: mode), mode: UInt16(truncatingIfNeeded: mode), id: id)
    }

    private static func kind(of mode: UInt32) -> Kind {
        switch mode & 0o170000 {
        case 0o100000: .file
        case 0o120000: .symbolicLink
        case 0o160000: .submodule
        case 0o040000: .folder
        default: .unknown
        }
    }
}
