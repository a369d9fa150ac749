import Backends
import Crypto
import Fixtures
import Foundation
import Model

/// Content, and the pointer that git LFS puts in its place.
struct LargeFile {
    let content: [UInt8]

    init(_ text: String) { content = Array(text.utf8) }
    init(_ content: [UInt8]) { self.content = content }

    var oid: String { SHA256.hash(data: content).map { String(format: "%02x", $0) }.joined() }
    var pointer: String { "version https://git-lfs.github.com/spec/v1\noid sha256:\(oid)\nsize \(content.count)\n" }
}

/// A repository of pointers, and a server of scripted answers for what they stand for.
struct LargeFileFixture {
    let fixture: GitFixture
    let repository: GitRepository
    let files: [String: LargeFile]

    init(_ files: [String: LargeFile]) throws {
        fixture = try GitFixture()
        let pointers = files.mapValues(\.pointer)
        repository = try fixture.server.repository { commit(pointers) }
        self.files = files
    }

    /// A server that has every file, at `/OID`.
    func script(
        action: [String: JSONValue] = [:], _ verdict: [String: [String: JSONValue]] = [:],
        download: LargeFileScript.Download? = nil
    ) throws -> LargeFileScript {
        let contents = Dictionary(files.values.map { ($0.oid, $0.content) }) { first, _ in first }
        return try LargeFileScript { oid, server in
            if let verdict = verdict[oid] { return verdict }
            var download: [String: JSONValue] = ["href": .string("\(server)/\(oid)?signature=planted")]
            download.merge(action) { $1 }
            return ["actions": ["download": .object(download)]]
        } download: { request, number in
            if let download { return download(request, number) }
            let oid = request.target.split(separator: "?").first.map { String($0.dropFirst()) } ?? ""
            return contents[oid].map { ScriptedServer.answer($0) } ?? ScriptedServer.answer("absent", status: 404)
        }
    }

    func replica(
        _ script: LargeFileScript, _ parameters: [String: String] = [:], url: String? = nil, sizeLimit: Int64 = 1 << 20
    ) async throws -> Replica {
        let parameters = ["lfs": "true", "lfs_url": script.url].merging(parameters) { $1 }
        return try await fixture.replica(url, parameters, sizeLimit: sizeLimit)
    }

    var contents: [String: String] { files.mapValues { String(decoding: $0.content, as: UTF8.self) } }
}
