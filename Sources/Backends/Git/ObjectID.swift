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
        var words: [UInt32] = [0, 0, 0, 0, 0]
        for (index, byte) in bytes.enumerated() { words[index / 4] = words[index / 4] << 8 | UInt32(byte) }
        self.words = SIMD4(words[0], words[1], words[2], words[3])
        last = words[4]
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
        withUnsafeMutableBytes(of: &oid.id) { $0.copyBytes(from: bytes) }
        return oid
    }

    var bytes: [UInt8] {
        [words[0], words[1], words[2], words[3], last].flatMap { word in
            stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
        }
    }

    /// 40 lower-case digits.
    var hex: String { Hexadecimal.text(of: bytes) }

    /// In the advertisement of a repository without refs.
    var isZero: Bool { words == SIMD4(repeating: 0) && last == 0 }
}

extension ObjectID: CustomStringConvertible {
    var description: String { hex }
}
