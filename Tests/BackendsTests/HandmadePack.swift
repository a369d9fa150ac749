import Crypto
import Foundation

/// A pack whose every byte a test decides, with a commit of one folder as git servers send it.
///
/// Its streams are not compressed, so that nobody needs a compressor to write them.
/// - Source: gitformat-pack(5); RFC 1950 and RFC 1951, 3.2.4.
struct HandmadePack {
    private(set) var entries: [[UInt8]] = []

    /// Adds an object.
    ///
    /// - Returns: its id.
    @discardableResult
    mutating func add(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let number: UInt8 = ["commit": 1, "tree": 2, "blob": 3][type] ?? 4
        entries.append(Self.head(number, content.count) + Self.stored(content))
        return Self.id(type, content)
    }

    /// Adds an object that is told as the difference `instructions` from another one.
    mutating func add(differenceFrom base: [UInt8], of size: Int, making result: Int, _ instructions: [UInt8]) {
        let content = Self.number(size) + Self.number(result) + instructions
        entries.append(Self.head(7, content.count) + base + Self.stored(content))
    }

    /// Adds a commit of a folder with these files, whether or not their contents are in the pack.
    mutating func addCommit(of files: [(name: String, id: [UInt8])]) -> [UInt8] {
        let tree = add("tree", files.flatMap { Array("100644 \($0.name)".utf8) + [0] + $0.id })
        let person = "Ada <ada@example.net> 1772600767 +0000"
        return add(
            "commit", Array("tree \(Self.hex(tree))\nauthor \(person)\ncommitter \(person)\n\nby hand\n".utf8))
    }

    var bytes: [UInt8] {
        let body = Array("PACK".utf8) + [0, 0, 0, 2] + Self.big(UInt32(entries.count)) + entries.flatMap { $0 }
        return body + Array(Insecure.SHA1.hash(data: body))
    }

    static func id(_ type: String, _ content: [UInt8]) -> [UInt8] {
        Array(Insecure.SHA1.hash(data: Array("\(type) \(content.count)\0".utf8) + content))
    }

    static func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

    private static func head(_ type: UInt8, _ size: Int) -> [UInt8] {
        var bytes = [type << 4 | UInt8(size & 15)]
        var rest = size >> 4
        while rest > 0 {
            bytes[bytes.count - 1] |= 0x80
            bytes.append(UInt8(rest & 127))
            rest >>= 7
        }
        return bytes
    }

    private static func number(_ value: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        while rest > 127 {
            bytes.append(UInt8(rest & 127) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    private static func stored(_ content: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [0x78, 0x01]
        var rest = content[...]
        repeat {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(65_535)
            let size = UInt16(block.count)
            bytes.append(rest.isEmpty ? 1 : 0)
            for word in [size, ~size] { bytes += [UInt8(word & 255), UInt8(word >> 8)] }
            bytes += block
        } while !rest.isEmpty
        var low: UInt32 = 1
        var high: UInt32 = 0
        for byte in content {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return bytes + big(high << 16 | low)
    }

    private static func big(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
}
