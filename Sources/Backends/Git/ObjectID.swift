internal import CGit2
internal import Model

/// The name of a git object: the 20 bytes of its SHA-1.
struct ObjectID: Hashable, Sendable {
    private let words: SIMD4<UInt32>
    private let last: UInt32

    static let sizeInBytes = 20

    /// Takes 20 bytes; nil for any other count.
    init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.sizeInBytes else { return nil }
        // Without an array of its own where there is one already: a listing makes one id for each entry.
        self =
            bytes.withContiguousStorageIfAvailable { ObjectID(UnsafeRawBufferPointer($0)) }
            ?? Array(bytes).withUnsafeBytes { ObjectID($0) }
    }

    private init(_ bytes: UnsafeRawBufferPointer) {
        func word(_ index: Int) -> UInt32 {
            UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
        }
        words = SIMD4(word(0), word(1), word(2), word(3))
        last = word(4)
    }

    /// Reads 40 hexadecimal digits in either case; nil for anything else.
    init?(hex: some Collection<UInt8>) {
        guard hex.count == 2 * Self.sizeInBytes else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.sizeInBytes)
        var high: UInt8?
        for digit in hex {
            guard let nibble = Hexadecimal.value(of: digit) else { return nil }
            if let first = high { bytes.append(first << 4 | nibble) }
            high = high == nil ? nibble : nil
        }
        self.init(bytes: bytes)
    }

    init(_ oid: git_oid) {
        self = withUnsafeBytes(of: oid.id) { ObjectID(bytes: $0)! }  // A `git_oid` is 20 bytes.
    }

    var oid: git_oid {
        var oid = git_oid()
        withUnsafeMutableBytes(of: &oid.id) { write(to: $0) }
        return oid
    }

    var bytes: [UInt8] { bytes(followedBy: []) }

    /// The 20 bytes and some more in one array.
    func bytes(followedBy more: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.sizeInBytes + more.count) { buffer, count in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            write(to: raw)
            for (index, byte) in more.enumerated() { raw[Self.sizeInBytes + index] = byte }
            count = Self.sizeInBytes + more.count
        }
    }

    private func write(to buffer: UnsafeMutableRawBufferPointer) {
        for index in 0..<4 {
            buffer.storeBytes(of: words[index].bigEndian, toByteOffset: 4 * index, as: UInt32.self)
        }
        buffer.storeBytes(of: last.bigEndian, toByteOffset: 16, as: UInt32.self)
    }

    /// 40 lower-case digits.
    var hex: String { Hexadecimal.text(of: bytes) }

    /// In the advertisement of a repository without refs.
    var isZero: Bool { words == SIMD4(repeating: 0) && last == 0 }
}

extension ObjectID: CustomStringConvertible {
    var description: String { hex }
}
