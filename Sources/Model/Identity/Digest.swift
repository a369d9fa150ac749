/// SHA-256 of content that we hold.
///
/// Not to be mixed with ``Fingerprint`` (the remote's change token for one file) or ``Revision`` (the remote's
/// identity as a whole).
package struct Digest: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Takes the 32 bytes of a SHA-256; nil for any other count.
    package init?(bytes: some Collection<UInt8>) {
        guard let digest = Array(bytes).withUnsafeBytes({ Self(raw: $0) }) else { return nil }
        self = digest
    }

    /// The same of bytes in memory, without a detour: a merge makes one of these for each known file.
    package init?(raw bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 32 else { return nil }
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        words = (word(0), word(1), word(2), word(3))
    }

    /// Reads 64 hexadecimal digits in either case; nil for anything else.
    package init?(hex: String) {
        guard hex.utf8.count == 64 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        var high: UInt8?
        for digit in hex.utf8 {
            guard let nibble = Hexadecimal.value(of: digit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | nibble)
                high = nil
            } else {
                high = nibble
            }
        }
        self.init(bytes: bytes)
    }

    /// The 32 bytes, as a database keeps them.
    package var bytes: [UInt8] {
        let bigEndian = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
        return withUnsafeBytes(of: bigEndian) { [UInt8]($0) }
    }

    /// 64 lower-case hexadecimal digits, NetBox's form of `hash`.
    package var hex: String { Hexadecimal.text(of: bytes) }

    /// The first 12 digits: enough for a person to tell two apart.
    package var short: String { String(hex.prefix(12)) }

    package static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension Digest: CustomStringConvertible {
    package var description: String { hex }
}
