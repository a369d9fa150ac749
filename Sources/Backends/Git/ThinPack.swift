internal import CGit2
private import Crypto
private import Glibc
internal import Model

/// A pack with differences from objects that are not in it: kept in a file without a name while it arrives, then made
/// whole with those objects in front.
///
/// libgit2 would add the missing objects itself, one at a time, and look through all differences anew after each: for
/// some thousand of them that takes seconds.
/// - Source: gitformat-pack(5).
final class ThinPack {
    private let descriptor: Int32
    private var sizeInBytes = 0

    /// - Parameter folder: where the file is, for as long as this value lives.
    init(folder: String) throws(GitFailure) {
        let name = folder + "/pack_git2_thin_" + String(UInt64.random(in: 0...UInt64.max), radix: 16)
        descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("keep a pack in \"\(folder)\"") }
        unlink(name)
    }

    deinit { close(descriptor) }

    func append(_ piece: UnsafeRawBufferPointer) throws(GitFailure) {
        var rest = piece[...]
        while !rest.isEmpty {
            let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            guard count > 0 || errno == EINTR else { throw Self.failure("keep a pack") }
            rest = rest.dropFirst(max(0, count))
        }
        sizeInBytes += piece.count
    }

    /// Checks the pack's own checksum, and hands the whole pack to `sink` in pieces.
    ///
    /// - Parameter bases: holds what the pack leans on. What it does not hold is left to be missed.
    func complete(from bases: PackBases, _ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard sizeInBytes > Self.headerSize + Self.checksumSize,
            let start = mmap(nil, sizeInBytes, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
        else { throw PackScan.malformed }
        defer { munmap(start, sizeInBytes) }
        let pack = UnsafeRawBufferPointer(start: start, count: sizeInBytes)
        var scan = try PackScan(pack)
        let end = sizeInBytes - Self.checksumSize
        let body = try scan.run(upTo: end) { Self.letGo(pack, upTo: $0) }
        var given = Insecure.SHA1()
        var made = Insecure.SHA1()
        func hand(_ bytes: UnsafeRawBufferPointer) throws {
            made.update(bufferPointer: bytes)
            try sink(bytes)
        }
        given.update(bufferPointer: UnsafeRawBufferPointer(rebasing: pack[..<Self.headerSize]))
        let held = try scan.bases.filter(bases.holds)
        var header = Array(pack[..<8])
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: scan.count + held.count).bigEndian) { header += $0 }
        try header.withUnsafeBytes(hand)
        // One at a time: together they may be more than memory has room for.
        for base in held { try bases.packed(base).withUnsafeBytes(hand) }
        var offset = body
        while offset < end {
            let piece = UnsafeRawBufferPointer(rebasing: pack[offset..<min(end, offset + Self.longestPiece)])
            given.update(bufferPointer: piece)
            try hand(piece)
            offset += piece.count
            Self.letGo(pack, upTo: offset)
        }
        guard Array(given.finalize()) == Array(pack[end...]) else { throw PackScan.malformed }
        try Array(made.finalize()).withUnsafeBytes(sink)
    }

    /// Pages of a file that was read are this process's memory until they are given back.
    private static func letGo(_ pack: UnsafeRawBufferPointer, upTo offset: Int) {
        madvise(UnsafeMutableRawPointer(mutating: pack.baseAddress), offset & ~(longestPiece - 1), MADV_DONTNEED)
    }

    private static func failure(_ doing: String) -> GitFailure {
        GitFailure(.local, "cannot \(doing): \(String(cString: strerror(errno)))")
    }

    fileprivate static let headerSize = 12
    private static let checksumSize = 20
    private static let longestPiece = 1 << 20
}

/// Walks over the objects of a pack without keeping them, and notes what they lean on.
struct PackScan {
    /// How many objects there are.
    let count: Int
    /// The objects that others are told as differences from by name: not in the pack, as a rule.
    private(set) var bases: Set<ObjectID> = []
    private let pack: UnsafeRawBufferPointer
    private var offset = ThinPack.headerSize

    static var malformed: GitFailure {
        GitFailure(.malformed, "cannot use what the git server sent: it is no pack, or not the one that was sent")
    }

    /// - Parameter pack: at least a header.
    init(_ pack: UnsafeRawBufferPointer) throws(GitFailure) {
        func word(_ offset: Int) -> UInt32 {
            UInt32(bigEndian: pack.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
        guard pack.starts(with: "PACK".utf8), word(4) == 2 else { throw Self.malformed }
        self.pack = pack
        count = Int(word(8))
        guard count <= Libgit2.mostObjectsInPack else { throw Self.malformed }
    }

    /// - Parameter passed: called with offsets before which nothing is looked at any more.
    /// - Returns: where the first object begins.
    mutating func run(upTo end: Int, passed: (Int) -> Void) throws(GitFailure) -> Int {
        var stream = z_stream()
        guard cgit2_inflate_begin(&stream) == Z_OK else { throw Self.malformed }
        defer { inflateEnd(&stream) }
        let start = offset
        var output = [UInt8](repeating: 0, count: 1 << 16)
        var last = 0
        for _ in 0..<count {
            let size = try header(upTo: end)
            inflateReset(&stream)
            try skip(size, upTo: end, &stream, &output)
            guard offset - last > 1 << 20 else { continue }
            passed(offset)
            last = offset
        }
        guard offset == end else { throw Self.malformed }
        return start
    }

    private mutating func byte(_ end: Int) throws(GitFailure) -> UInt8 {
        guard offset < end else { throw Self.malformed }
        defer { offset += 1 }
        return pack[offset]
    }

    /// Reads what stands before an object's compressed bytes; gives their size when they are not compressed.
    private mutating func header(upTo end: Int) throws(GitFailure) -> UInt64 {
        var next = try byte(end)
        let kind = next >> 4 & 7
        var size = UInt64(next & 0xF)
        var shift: UInt64 = 4
        while next & 0x80 != 0 {
            next = try byte(end)
            guard shift < 57 else { throw Self.malformed }
            size |= UInt64(next & 0x7F) << shift
            shift += 7
        }
        switch kind {
        case 1...4: break
        case 6: while try byte(end) & 0x80 != 0 {}
        case 7:
            guard let id = ObjectID(bytes: pack[offset..<min(end, offset + ObjectID.sizeInBytes)]) else {
                throw Self.malformed
            }
            bases.insert(id)
            offset += ObjectID.sizeInBytes
        default: throw Self.malformed
        }
        return size
    }

    private mutating func skip(
        _ size: UInt64, upTo end: Int, _ stream: inout z_stream, _ output: inout [UInt8]
    ) throws(GitFailure) {
        var code = Z_OK
        while code == Z_OK {
            let room = min(end - offset, 1 << 20)
            // zlib only reads what it is given; its type does not say so.
            stream.next_in = UnsafeMutablePointer(
                mutating: pack.baseAddress?.advanced(by: offset).assumingMemoryBound(to: UInt8.self))
            stream.avail_in = UInt32(room)
            code = output.withUnsafeMutableBufferPointer { output in
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return inflate(&stream, Z_NO_FLUSH)
            }
            offset += room - Int(stream.avail_in)
            guard UInt64(stream.total_out) <= size else { throw Self.malformed }
        }
        guard code == Z_STREAM_END, UInt64(stream.total_out) == size else { throw Self.malformed }
    }
}
