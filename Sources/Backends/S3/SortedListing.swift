/// A listing that came in another order, collected whole and put in the order of the keys' UTF-8 bytes.
///
/// Holds one packed record for each object: about 100 bytes and its key. Beyond ``limitInBytes``, some two million
/// objects, it refuses.
package struct SortedListing {
    /// The keys and ETags, one after the other.
    private var bytes: [UInt8] = []
    private var records: [Record] = []
    private var storageClasses: [String] = []
    private let limitInBytes: Int

    package static let usualLimitInBytes = 256 << 20

    private struct Record {
        let start: Int
        let keyLength: UInt16
        let tagLength: UInt16
        /// 0 for none, else its number in `storageClasses`, from 1.
        let storageClass: UInt16
        let sizeInBytes: Int64
    }

    package init(limitInBytes: Int = SortedListing.usualLimitInBytes) { self.limitInBytes = limitInBytes }

    /// Takes the objects of a page.
    ///
    /// - Throws: `.tooLong`.
    package mutating func add(_ objects: [S3Object]) throws(S3PageFault) {
        for object in objects {
            guard let keyLength = UInt16(exactly: object.key.count),
                let tagLength = UInt16(exactly: object.entityTag.utf8.count)
            else { throw .incomplete("Key") }
            let record = Record(
                start: bytes.count, keyLength: keyLength, tagLength: tagLength,
                storageClass: try number(of: object.storageClass), sizeInBytes: object.sizeInBytes)
            bytes += object.key
            bytes += object.entityTag.utf8
            records.append(record)
        }
        guard bytes.count + records.count * MemoryLayout<Record>.stride <= limitInBytes else {
            throw .tooLong(records.count)
        }
    }

    /// Puts the objects in order.
    ///
    /// - Throws: `.twice` when a key came more than once: with other facts, or at different places of the listing,
    ///   which may have repeated itself in place of going on.
    package mutating func sort() throws(S3PageFault) {
        let bytes = bytes
        records.sort { bytes[Self.key($0)].lexicographicallyPrecedes(bytes[Self.key($1)]) }
        for (one, next) in zip(records, records.dropFirst())
        where bytes[Self.key(one)].elementsEqual(bytes[Self.key(next)]) {
            throw .twice(Array(bytes[Self.key(one)]))
        }
    }

    package var count: Int { records.count }

    package subscript(_ range: Range<Int>) -> [S3Object] {
        records[range].map { record in
            let key = Self.key(record)
            let tag = key.upperBound..<key.upperBound + Int(record.tagLength)
            return S3Object(
                key: Array(bytes[key]), sizeInBytes: record.sizeInBytes,
                entityTag: String(decoding: bytes[tag], as: UTF8.self),
                storageClass: record.storageClass == 0 ? nil : storageClasses[Int(record.storageClass) - 1])
        }
    }

    private static func key(_ record: Record) -> Range<Int> {
        record.start..<record.start + Int(record.keyLength)
    }

    private mutating func number(of storageClass: String?) throws(S3PageFault) -> UInt16 {
        guard let storageClass else { return 0 }
        if let index = storageClasses.firstIndex(of: storageClass) { return UInt16(index + 1) }
        // S3 has about ten.
        guard storageClasses.count < 1_000 else { throw .incomplete("StorageClass") }
        storageClasses.append(storageClass)
        return UInt16(storageClasses.count)
    }
}
