private import Crypto
internal import Foundation

/// The sum that a server keeps of an object, compared with the content as it comes.
///
/// An ETag is never compared: it may be the MD5 of the content, and may as well be anything else of that length, such
/// as with some kinds of encryption, so that a difference proves nothing.
/// - Source: Amazon S3 User Guide, "Checking object integrity in Amazon S3"; S3 GetObject, `x-amz-checksum-...`.
struct S3Checksum: Sendable {
    /// Asks for the sum; servers that do not know it send none.
    static let question = (name: "x-amz-checksum-mode", value: "ENABLED")

    private let expected: [UInt8]
    private var sum: Sum

    private enum Sum {
        case sha256(SHA256)
        case sha1(Insecure.SHA1)
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
            self.sum = sum
            return
        }
        return nil
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch sum {
        case .sha256(var hash):
            hash.update(bufferPointer: bytes)
            sum = .sha256(hash)
        case .sha1(var hash):
            hash.update(bufferPointer: bytes)
            sum = .sha1(hash)
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
        case .cyclic(let cyclic): cyclic.bytes == expected
        }
    }

    private static func length(of sum: Sum) -> Int {
        switch sum {
        case .sha256: SHA256.byteCount
        case .sha1: Insecure.SHA1.byteCount
        case .cyclic(let cyclic): cyclic.bytes.count
        }
    }
}
