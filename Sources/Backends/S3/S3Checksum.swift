private import Crypto
internal import Foundation
private import Model

/// The sum that a server keeps of an object, compared with the content as it comes.
///
/// Where it sends none, an ETag that looks like an MD5 is taken for that of the content, except where it is known to be
/// something else: with encryption under a key of the customer's or of KMS, and in directory buckets.
/// - Source: Amazon S3 User Guide, "Checking object integrity in Amazon S3"; S3 GetObject, `x-amz-checksum-...`; S3
///   Object, `ETag`; rclone's documentation of S3, "Modification times and hashes".
struct S3Checksum: Sendable {
    /// Asks for the sum; servers that do not know it send none.
    static let question = (name: "x-amz-checksum-mode", value: "ENABLED")

    private let expected: [UInt8]
    /// Whether it is the ETag, which may be something else after all.
    let isEntityTag: Bool
    private var sum: Sum

    private enum Sum {
        case sha256(SHA256)
        case sha1(Insecure.SHA1)
        case md5(Insecure.MD5)
        case cyclic(CyclicSum)
    }

    /// - Returns: nil when the answer has no sum of the whole content that is known here.
    init?(_ headers: HTTPHeaders) {
        // One of the parts' sums is told by its type, and by the number of parts behind it.
        guard headers["x-amz-checksum-type"]?.uppercased() != "COMPOSITE" else { return nil }
        let sums: [(String, Sum)] = [
            ("sha256", .sha256(SHA256())), ("sha1", .sha1(Insecure.SHA1())), ("crc64nvme", .cyclic(.crc64nvme)),
            ("crc32c", .cyclic(.crc32c)), ("crc32", .cyclic(.crc32)),
        ]
        for (name, sum) in sums {
            guard let text = headers["x-amz-checksum-\(name)"], let expected = Data(base64Encoded: text),
                expected.count == Self.length(of: sum)
            else { continue }
            self.expected = Array(expected)
            isEntityTag = false
            self.sum = sum
            return
        }
        return nil
    }

    /// - Parameter entityTag: without its quotes.
    /// - Returns: nil when the ETag is no MD5 of the content, as far as that shows in it and in the answer.
    init?(entityTag: String, _ headers: HTTPHeaders) {
        let encryption = "x-amz-server-side-encryption"
        guard let sum = Hexadecimal.bytes(of: entityTag), sum.count == Insecure.MD5.byteCount,
            headers[encryption]?.lowercased().hasPrefix("aws:kms") != true,
            headers["\(encryption)-customer-algorithm"] == nil
        else { return nil }
        expected = sum
        isEntityTag = true
        self.sum = .md5(Insecure.MD5())
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch sum {
        case .sha256(var hash):
            hash.update(bufferPointer: bytes)
            sum = .sha256(hash)
        case .sha1(var hash):
            hash.update(bufferPointer: bytes)
            sum = .sha1(hash)
        case .md5(var hash):
            hash.update(bufferPointer: bytes)
            sum = .md5(hash)
        case .cyclic(var cyclic):
            cyclic.update(bytes)
            sum = .cyclic(cyclic)
        }
    }

    /// Whether what was taken so far is the whole content, as far as the sum can tell.
    var isRight: Bool {
        switch sum {
        case .sha256(let hash): hash.finalize().elementsEqual(expected)
        case .sha1(let hash): hash.finalize().elementsEqual(expected)
        case .md5(let hash): hash.finalize().elementsEqual(expected)
        case .cyclic(let cyclic): cyclic.bytes == expected
        }
    }

    private static func length(of sum: Sum) -> Int {
        switch sum {
        case .sha256: SHA256.byteCount
        case .sha1: Insecure.SHA1.byteCount
        case .md5: Insecure.MD5.byteCount
        case .cyclic(let cyclic): cyclic.bytes.count
        }
    }
}
