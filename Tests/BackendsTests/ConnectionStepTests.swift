import Backends
import Fixtures
import Foundation
import Model
import Testing

/// `source test` over servers that are broken in each way: the right step, the right cause.
@Suite struct ConnectionStepTests {
    /// A remote that is broken, or that is not.
    struct Remote: Sendable {
        var type = BackendType.git
        var url: String
        var parameters: [String: String] = [:]
        /// Servers that live as long as the remote.
        var servers: [any Sendable] = []
    }

    /// One row: what is broken, where that shows, and words that the error has to have.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let step: ConnectionStep.Name
        let cause: BackendError.Cause
        let hint: String
        let advice: String
        let remote: @Sendable () async throws -> Remote

        init(
            _ name: String, _ step: ConnectionStep.Name, _ cause: BackendError.Cause, _ hint: String, _ advice: String,
            _ remote: @escaping @Sendable () async throws -> Remote
        ) {
            testDescription = name
            self.step = step
            self.cause = cause
            self.hint = hint
            self.advice = advice
            self.remote = remote
        }
    }

    @Test(
        .timeLimit(.minutes(2)),
        arguments: networkRows + tlsRows + proxyRows + gitRows + bucketRows + localRows + adviceRows)
    func `what is broken shows at its step, with cause and advice`(_ row: Row) async throws {
        let remote = try await row.remote()
        let steps = try await Connecting.steps(remote.url, remote.parameters, type: remote.type)
        let last = try #require(steps.last)
        #expect(steps.dropLast().allSatisfy { !$0.hasFailed })
        #expect(Set(steps.map(\.name)).count == steps.count)
        #expect(steps.allSatisfy { $0.duration >= .zero })
        guard case .failure(let error) = last.outcome else {
            Issue.record("nothing failed: \(steps)")
            return
        }
        #expect(last.name == row.step, "\(error)")
        #expect(error.cause == row.cause, "\(error)")
        #expect(error.reason.contains(row.hint), "\(error)")
        #expect((error.advice ?? "").contains(row.advice), "\(error)")
    }

    @Test func `a way that is free is shown to its end`() async throws {
        let git = try await Self.secureGit()
        #expect(
            try await Connecting.steps(git.url, git.parameters).map(\.name)
                == [.resolve, .connect, .tls, .credentials, .repository, .ref, .listing])
        let proxy = try await ProxyServer(.http)
        let through = try await Connecting.steps(
            git.url, git.parameters.merging(["proxy": "http://\(proxy.place)"]) { $1 })
        #expect(through.map(\.name) == [.proxy, .tls, .credentials, .repository, .ref, .listing])
        let secure = try await ProxyServer(.http)
        let authority = try CertificateAuthority()
        let front = try await TLSFront(to: secure.port, showing: authority.issue())
        let all = (git.parameters["tls_ca"] ?? "") + authority.certificate
        let twice = try await Connecting.steps(git.url, ["tls_ca": all, "proxy": front.url()])
        #expect(twice.map(\.name) == through.map(\.name))
        let tls = try #require(through.first { $0.name == .tls })
        guard case .success(let found) = tls.outcome else { return }
        #expect(found.contains("localhost") && found.contains("valid until"), "\(found)")
        let bucket = try await Self.bucket()
        #expect(
            try await Connecting.steps(bucket.url, bucket.parameters, type: .amazonS3).map(\.name)
                == [.resolve, .connect, .credentials, .bucket, .listing])
        let folder = try TemporaryFolder()
        try folder.write("a", "1")
        let local = try await Connecting.steps(folder.path, type: .local)
        #expect(local.map(\.name) == [.folder, .listing])
        guard case .success(let listing)? = local.last?.outcome else { return }
        #expect(listing == "1 file on the first page")
    }

    // MARK: - Remotes that work

    static func plainGit() throws -> Remote {
        let server = try GitServer()
        _ = try server.repository { commit("a", "1") }
        return Remote(url: server.url(), servers: [server])
    }

    static func secureGit(
        alternatives: [String] = ["DNS:localhost"], days: Int = 10, demands: Bool = false
    ) async throws -> Remote {
        let server = try GitServer()
        _ = try server.repository { commit("a", "1") }
        let authority = try CertificateAuthority()
        let front = try await TLSFront(
            to: server.web.port, showing: authority.issue(alternatives: alternatives, days: days),
            demanding: demands ? authority : nil)
        return Remote(
            url: front.url() + "/core.git", parameters: ["tls_ca": authority.certificate], servers: [server, front])
    }

    static func bucket() async throws -> Remote {
        let bucket = try S3Bucket(on: await Radosgw.shared())
        try bucket.put("a", "1")
        return Remote(
            type: .amazonS3, url: bucket.url,
            parameters: [
                "aws_access_key_id": bucket.server.accessKey, "aws_secret_access_key": bucket.server.secretKey,
            ], servers: [bucket])
    }
}
