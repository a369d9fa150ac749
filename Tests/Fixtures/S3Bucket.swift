internal import Foundation
internal import Synchronization

/// A bucket on a ``Radosgw``, filled by curl with curl's own signatures, so that a fault of ours cannot hide itself.
package final class S3Bucket: Sendable {
    package let server: Radosgw
    package let name: String

    /// What `hold` made it hold.
    private let content = Mutex<[String: [UInt8]]>([:])

    /// Makes a bucket of a new name.
    ///
    /// - Parameter isOpen: lets anybody write to it too.
    package init(on server: Radosgw, isPublic: Bool = false, isOpen: Bool = false) throws {
        self.server = server
        name = "bucket-\(Self.count.add(1, ordering: .relaxed).newValue)"
        let acl = isOpen ? "public-read-write" : isPublic ? "public-read" : nil
        try run([Request(method: "PUT", path: "", headers: acl.map { ["x-amz-acl: \($0)"] } ?? [])])
    }

    private static let count = Atomic(0)  // Names only need to differ within one server.

    /// `http://127.0.0.1:PORT/BUCKET`
    package var url: String { "\(server.endpoint)/\(name)" }

    package func put(_ key: String, _ text: String, isPublic: Bool = false) throws {
        try put([key: Array(text.utf8)], isPublic: isPublic)
    }

    /// Stores an object with more header lines, such as those that have it encrypted.
    ///
    /// As nobody, for curl 7.88 sorts some names wrongly when it signs; the object is public, and the bucket must be open.
    package func put(_ key: String, _ text: String, headers: [String]) throws {
        let folder = try TemporaryFolder("sluice-upload")
        let file = try folder.write("object", text)
        try run([
            Request(
                method: "PUT", path: "/" + Self.encoded(key), upload: file,
                headers: headers + ["x-amz-acl: public-read"], isSigned: false)
        ])
    }

    /// Stores all `objects`, eight at a time.
    package func put(_ objects: [String: [UInt8]], isPublic: Bool = false) throws {
        let folder = try TemporaryFolder("sluice-upload")
        var requests: [Request] = []
        for (number, object) in objects.enumerated() {
            let file = try folder.write("\(number)", object.value)
            requests.append(
                Request(
                    method: "PUT", path: "/" + Self.encoded(object.key), upload: file,
                    headers: isPublic ? ["x-amz-acl: public-read"] : []))
        }
        try run(requests)
    }

    package func remove(_ keys: String...) throws {
        try run(keys.map { Request(method: "DELETE", path: "/" + Self.encoded($0)) })
    }

    /// Makes the bucket hold these objects and no others.
    package func hold(_ objects: [String: [UInt8]]) throws {
        let old = content.withLock { content in
            defer { content = objects }
            return content
        }
        try run(
            old.keys.filter { objects[$0] == nil }.map { Request(method: "DELETE", path: "/" + Self.encoded($0)) })
        try put(objects.filter { old[$0.key] != $0.value })
    }

    private struct Request {
        var method: String
        var path: String
        var upload: String?
        var headers: [String] = []
        var isSigned = true
    }

    private func run(_ requests: [Request]) throws {
        guard !requests.isEmpty else { return }
        let folder = try TemporaryFolder("sluice-curl")
        let settings = requests.map { request in
            var lines = [
                "url = \"\(url)\(request.path)\"", "request = \"\(request.method)\"", "path-as-is", "globoff", "silent",
                "show-error", "fail",
                "output = \"/dev/null\"",
            ]
            if request.isSigned {
                lines += [
                    "aws-sigv4 = \"aws:amz:us-east-1:s3\"", "user = \"\(server.accessKey):\(server.secretKey)\"",
                    "header = \"x-amz-content-sha256: UNSIGNED-PAYLOAD\"",
                ]
            }
            // A URL that ends in "/" would get the file's name at its end: such objects are markers, and stay empty.
            if let upload = request.upload {
                lines.append(
                    request.path.hasSuffix("/") ? "header = \"content-length: 0\"" : "upload-file = \"\(upload)\"")
            }
            lines += request.headers.map { "header = \"\($0)\"" }
            return lines.joined(separator: "\n")
        }
        let file = try folder.write("requests", settings.joined(separator: "\nnext\n"))
        try Command.run(["curl", "--parallel", "--parallel-max", "8", "--fail-early", "--config", file])
    }

    /// Percent-encoded as AWS's signature wants a path: all but unreserved characters and `/`.
    private static func encoded(_ key: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in key.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
