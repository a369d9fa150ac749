package import Model
internal import Foundation
private import Synchronization

/// An LFS server whose answers a test decides.
package final class LargeFileScript: Sendable {
    /// What it says about one object, in the words of the batch API; without `oid` and `size`, which are added.
    package typealias Verdict = @Sendable (_ oid: String, _ server: String) -> [String: JSONValue]
    package typealias Download = @Sendable (_ request: ScriptedServer.Request, _ number: Int) -> [UInt8]

    private let server: ScriptedServer

    /// - Parameters:
    ///   - verdict: called for each object asked for.
    ///   - download: answers everything that is no question of the batch API; `number` counts all requests from 0.
    package init(_ verdict: @escaping Verdict, download: @escaping Download) throws {
        let own = Place()
        server = try ScriptedServer { request, number in
            guard request.method == "POST", request.target.hasSuffix("/objects/batch") else {
                return download(request, number)
            }
            guard request.headers["accept"] == "application/vnd.git-lfs+json",
                request.headers["content-type"] == "application/vnd.git-lfs+json",
                case .object(let question)? = try? JSONParser.parse(request.body), question["operation"] == "download",
                question["transfers"] == ["basic"], case .array(let asked)? = question["objects"]
            else { return ScriptedServer.answer("{\"message\": \"no question\"}", status: 422) }
            let objects = asked.map { object -> JSONValue in
                guard case .object(var members) = object, case .string(let oid)? = members["oid"] else { return .null }
                members.merge(verdict(oid, own.url)) { $1 }
                return .object(members)
            }
            let answer: JSONValue = ["transfer": "basic", "objects": .array(objects), "hash_algo": "sha256"]
            return ScriptedServer.answer(answer.canonical, headers: ["Content-Type: application/vnd.git-lfs+json"])
        }
        own.url = server.url
    }

    package var url: String { server.url + "/lfs" }
    package var requests: [ScriptedServer.Request] { server.requests }

    /// What was asked for, one list a question.
    package var questions: [[String]] {
        requests.filter { $0.method == "POST" }.map { request in
            guard case .object(let question)? = try? JSONParser.parse(request.body),
                case .array(let objects)? = question["objects"]
            else { return [] }
            return objects.compactMap { object in
                if case .object(let members) = object, case .string(let oid)? = members["oid"] { oid } else { nil }
            }
        }
    }

    package var downloads: [ScriptedServer.Request] { requests.filter { $0.method == "GET" } }

    /// Known once the server listens.
    private final class Place: Sendable {
        private let state = Mutex("")
        var url: String {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }
}
