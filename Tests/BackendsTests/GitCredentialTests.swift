import Backends
import Fixtures
import Foundation
import Model
import Testing

@Suite struct GitCredentialTests {
    let fixture: GitFixture

    init() throws {
        fixture = try GitFixture()
        _ = try fixture.server.repository { commit("a", "1") }
    }

    private var url: String { fixture.server.privateURL() }
    private func url(userInfo: String) -> String { url.replacing("http://", with: "http://\(userInfo)@") }

    @Test func `user name and password open the repository`() async throws {
        let parameters = ["username": GitServer.user, "password": GitServer.password]
        #expect(try await fixture.replica(url, parameters).files == ["a": "1"])
    }

    @Test func `a token alone opens the repository`() async throws {
        #expect(try await fixture.replica(url, ["password": GitServer.token]).files == ["a": "1"])
    }

    @Test func `user-info in the URL opens the repository, decoded`() async throws {
        #expect(try await fixture.replica(url(userInfo: "ada:p%40ss%3Aw%2Frd")).files == ["a": "1"])
    }

    @Test func `parameters win over the URL and complete it`() async throws {
        #expect(try await fixture.replica(url(userInfo: "ada"), ["password": GitServer.password]).files == ["a": "1"])
        let both = ["username": GitServer.user, "password": GitServer.password]
        #expect(try await fixture.replica(url(userInfo: "eve:wrong"), both).files == ["a": "1"])
    }

    @Test func `no credentials and wrong ones are told apart, and neither is shown`() async throws {
        let missing = await backendError { _ = try await fixture.replica(url) }
        #expect(missing?.cause == .credentials)
        #expect(missing?.reason.contains("asks for credentials") == true)
        let wrong = await backendError { _ = try await fixture.replica(url(userInfo: "ada:secret-wrong")) }
        #expect(wrong?.cause == .credentials)
        #expect(wrong?.reason.contains("refused the credentials") == true)
        #expect(wrong?.retry == .never)
        #expect(wrong?.description.contains("secret-wrong") == false)
        #expect(wrong?.description.contains("ada") == false)
    }

    @Test func `wrong credentials do not see what right ones have fetched`() async throws {
        _ = try await fixture.replica(url, ["password": GitServer.token])
        #expect(await backendError { _ = try await fixture.replica(url, ["password": "other"]) }?.cause == .credentials)
    }

    @Test func `no credential is written to disk`() async throws {
        _ = try await fixture.replica(url(userInfo: "ada:p%40ss%3Aw%2Frd"))
        for (name, content) in fixture.everythingWritten() {
            for secret in [GitServer.password, "p%40ss", "ada:"] {
                #expect(content.range(of: Data(secret.utf8)) == nil, "\(name)")
            }
        }
    }

    @Test func `a redirect to another host gets no credentials`() async throws {
        let other = try GitServer()
        _ = try other.repository { commit("a", "elsewhere") }
        let front = try GitFixture(redirect: other.web.url + "/")
        let url = front.server.web.url.replacing("http://", with: "http://ada:p%40ss%3Aw%2Frd@") + "/moved/core.git"
        #expect(try await front.replica(url).files == ["a": "elsewhere"])
        #expect(!other.seen.isEmpty)
        #expect(other.seen.allSatisfy { $0.contains("auth= ") })
        let closed = url.replacing("/moved/", with: "/moved/private/")
        let error = await backendError { _ = try await front.replica(closed) }
        #expect(error?.cause == .credentials)
        #expect(error?.reason.contains("redirects to") == true)
    }

    @Test func `a redirect within the host keeps the credentials`() async throws {
        let moved = fixture.server.web.url + "/moved/private/core.git"
        #expect(try await fixture.replica(moved, ["password": GitServer.token]).files == ["a": "1"])
        #expect(try await fixture.replica(moved, ["password": GitServer.token]).files == ["a": "1"])
    }
}
