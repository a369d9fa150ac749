private import Synchronization

/// A server that speaks just enough S3 to list one bucket's keys in any order, page by page, and to send each: an
/// object's content is its key.
package final class ListingServer: Sendable {
    private let server: ScriptedServer
    private let bucket: Bucket

    private final class Bucket: Sendable {
        let content: Mutex<(keys: [String], perPage: Int)>

        init(_ keys: [String], perPage: Int) { content = Mutex((keys, perPage)) }
    }

    /// - Parameter keys: in the order in which they are listed.
    package init(_ keys: [String], perPage: Int) throws {
        let bucket = Bucket(keys, perPage: perPage)
        self.bucket = bucket
        server = try ScriptedServer { request, _ in
            let target = request.target.split(separator: "?", maxSplits: 1)
            guard target.count == 2 else {
                return ScriptedServer.answer(Self.decoded(target[0].dropFirst("/bucket/".count)))
            }
            let (keys, perPage) = bucket.content.withLock { $0 }
            let token = target[1].split(separator: "&").first { $0.hasPrefix("continuation-token=") }
            let start = token.flatMap { Int($0.dropFirst("continuation-token=".count)) } ?? 0
            return ScriptedServer.answer(Self.page(keys[start...].prefix(perPage), of: keys.count))
        }
    }

    /// `http://127.0.0.1:PORT/bucket`
    package var url: String { server.url + "/bucket" }

    /// Makes it list these keys from now on, in this order.
    package func list(_ keys: [String], perPage: Int) {
        bucket.content.withLock { $0 = (keys, perPage) }
    }

    /// How many pages were asked for.
    package var listings: Int { server.requests.count { $0.target.contains("list-type=2") } }

    private static func page(_ keys: ArraySlice<String>, of count: Int) -> String {
        let contents = keys.map { key in
            "<Contents><Key>\(encoded(key))</Key><ETag>\"\(encoded(key))\"</ETag><Size>\(key.utf8.count)</Size></Contents>"
        }
        let isTruncated = keys.endIndex < count
        let token = isTruncated ? "<NextContinuationToken>\(keys.endIndex)</NextContinuationToken>" : ""
        return """
            <ListBucketResult><EncodingType>url</EncodingType><IsTruncated>\(isTruncated)</IsTruncated>\
            \(token)\(contents.joined())</ListBucketResult>
            """
    }

    private static func encoded(_ key: String) -> String {
        key.utf8.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" + digits : digits)
        }.joined()
    }

    private static func decoded(_ path: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(path.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
