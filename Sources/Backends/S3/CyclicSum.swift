/// A cyclic redundancy check of 32 or 64 bits, least significant bit first, begun and ended with all bits inverted.
///
/// - Source: the CRC catalogue of Greg Cook: CRC-32/ISO-HDLC, CRC-32/ISCSI and CRC-64/NVME.
struct CyclicSum: Sendable {
    private let table: [UInt64]
    private let mask: UInt64
    private let sizeInBytes: Int
    private var register: UInt64

    static let crc32 = CyclicSum(polynomial: 0xEDB8_8320, sizeInBytes: 4)
    static let crc32c = CyclicSum(polynomial: 0x82F6_3B78, sizeInBytes: 4)
    static let crc64nvme = CyclicSum(polynomial: 0x9A6C_9329_AC4B_C9B5, sizeInBytes: 8)

    /// - Parameter polynomial: reflected.
    private init(polynomial: UInt64, sizeInBytes: Int) {
        self.sizeInBytes = sizeInBytes
        mask = sizeInBytes == 8 ? .max : 1 << UInt64(sizeInBytes * 8) - 1
        register = mask
        table = (0..<256).map { byte in
            (0..<8).reduce(UInt64(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1 }
        }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var register = register
        table.withUnsafeBufferPointer { table in
            for byte in bytes { register = register >> 8 ^ table[Int(UInt8(truncatingIfNeeded: register) ^ byte)] }
        }
        self.register = register
    }

    /// The most significant byte first.
    var bytes: [UInt8] {
        let value = register ^ mask
        return (0..<sizeInBytes).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    }
}
