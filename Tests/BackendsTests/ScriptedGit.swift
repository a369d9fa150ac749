import Backends
import Fixtures
import Foundation
import Model
import Synchronization

/// A git server over HTTP that says what a test wants, in the right places.
final class ScriptedGit: Sendable {
    /// What it answers; parts that are not set are as they should be.
    struct Answers: Sendable {
        /// The commit that HEAD is.
        var head: [UInt8]
        var pack: [UInt8] = []
        /// Packets after the first line of what it can do.
        var capabilities: [UInt8] = []
        /// Packets after the only ref.
        var refs: [UInt8] = []
        /// Packets before the pack is announced.
        var preamble: [UInt8] = []
        /// Packets between the announcement and the pack.
        var progress: [UInt8] = []
    }

    let server: ScriptedServer
    private let cache: TemporaryFolder
    private let failure = Failure()

    private final class Failure: Sendable {
        let answer = Mutex<[UInt8]?>(nil)
    }

    init(_ answers: Answers) throws {
        cache = try TemporaryFolder()
        let failure = failure
        server = try ScriptedServer { request, _ in
            failure.answer.withLock { $0 } ?? Self.answer(request, answers)
        }
    }

    /// From now on every answer is this one; nil for the right ones.
    func fail(with answer: [UInt8]?) { failure.answer.withLock { $0 = answer } }

    func backend(_ parameters: [String: String] = [:]) throws -> any Backend {
        try BackendType.git.make(
            BackendConfiguration(
                url: SourceURL(server.url + "/it.git"), parameters: parameters, cacheFolder: cache.path))
    }

    func replica(_ selection: FileSelection = FileSelection()) async throws -> Replica {
        let replica = try await Replica(of: backend(), selection)
        // The server ends with this value.
        withExtendedLifetime(self) {}
        return replica
    }

    func error() async throws -> BackendError? { await backendError { _ = try await replica() } }

    /// How often a pack was asked for.
    var fetchCount: Int { server.requests.count { String(decoding: $0.body, as: UTF8.self).contains("=fetch") } }

    static func packet(_ payload: some Collection<UInt8>) -> [UInt8] {
        Array(String(format: "%04x", payload.count + 4).utf8) + payload
    }

    static func packet(_ text: String) -> [UInt8] { packet(Array(text.utf8)) }

    private static let flush = Array("0000".utf8)

    private static func answer(_ request: ScriptedServer.Request, _ answers: Answers) -> [UInt8] {
        func answer(_ kind: String, _ body: [UInt8]) -> [UInt8] {
            ScriptedServer.answer(body, headers: ["Content-Type: application/x-git-upload-pack-\(kind)"])
        }
        if request.method == "GET" {
            return answer(
                "advertisement",
                packet("version 2\n") + answers.capabilities + packet("ls-refs\n") + packet("fetch=shallow filter\n")
                    + packet("object-format=sha1\n") + flush)
        }
        let id = HandmadePack.hex(answers.head)
        if String(decoding: request.body, as: UTF8.self).contains("=ls-refs") {
            return answer("result", packet("\(id) HEAD\n") + answers.refs + flush)
        }
        var body = packet("shallow-info\n") + packet("shallow \(id)") + answers.preamble + Array("0001".utf8)
        body += packet("packfile\n") + answers.progress
        var rest = answers.pack[...]
        while !rest.isEmpty {
            body += packet([1] + rest.prefix(60_000))
            rest = rest.dropFirst(60_000)
        }
        return answer("result", body + flush)
    }
}
