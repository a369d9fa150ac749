private import Glibc
internal import Model

/// The entries of one tree object, in the byte order of their paths, in which a folder counts as ending in `/`: that is
/// how git stores them, and what another program stored otherwise is sorted here.
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
    struct Malformed: Error {
        /// Which folder's, ending in `/`; "" for the root or where it is not known.
        var folder = ""
    }

    private var bytes: [UInt8]
    private var offset = 0

    var sizeInBytes: Int { bytes.count }

    init(_ content: UnsafeRawBufferPointer) {
        bytes = Array(content)
        sort()
    }

    /// Leaves what is no tree as it is: reading on tells where.
    private mutating func sort() {
        var reader = self
        var last: (start: Int, key: SortKey)?
        var isInOrder = true
        while isInOrder, let (start, entry) = reader.located() {
            let key = SortKey(entry)
            isInOrder = last.map { !key.precedes($0.key, in: bytes) } ?? true
            last = (start, key)
        }
        guard !isInOrder else { return }
        reader = self
        var entries: [(range: Range<Int>, key: SortKey)] = []
        while let (start, entry) = reader.located() { entries.append((start..<reader.offset, SortKey(entry))) }
        guard reader.offset == bytes.count else { return }
        // As they are stored where the names are the same.
        let places = entries.indices.sorted { left, right in
            let (first, second) = (entries[left].key, entries[right].key)
            if first.precedes(second, in: bytes) { return true }
            return !second.precedes(first, in: bytes) && left < right
        }
        bytes = places.flatMap { bytes[entries[$0].range] }
    }

    /// The next entry with the place where it begins; nil at the end, and at what is no entry.
    private mutating func located() -> (start: Int, entry: Entry)? {
        let start = offset
        guard let entry = try? next() else { return nil }
        return (start, entry)
    }

    /// A name in a tree's bytes, by which its entry is sorted.
    private struct SortKey {
        let name: Range<Int>
        let isFolder: Bool

        init(_ entry: Entry) {
            name = entry.name.indices
            isFolder = entry.kind == .folder
        }

        func precedes(_ other: SortKey, in bytes: [UInt8]) -> Bool {
            bytes.withUnsafeBytes { bytes in
                let count = min(name.count, other.name.count)
                let mine = UnsafeRawBufferPointer(rebasing: bytes[name])
                let its = UnsafeRawBufferPointer(rebasing: bytes[other.name])
                var order: Int32 = 0
                if let mine = mine.baseAddress, let its = its.baseAddress { order = memcmp(mine, its, count) }
                return order == 0 ? byte(at: count, in: mine) < other.byte(at: count, in: its) : order < 0
            }
        }

        /// What follows the name; -1 for nothing.
        private func byte(at index: Int, in name: UnsafeRawBufferPointer) -> Int {
            index < name.count ? Int(name[index]) : index == name.count && isFolder ? 0x2F : -1
        }
    }

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
