import Backends
import Fixtures
import Foundation
import Model
import Testing

@Suite struct TLSTests {
    let server: GitServer
    let authority: CertificateAuthority

    init() throws {
        server = try GitServer()
        _ = try server.repository { commit("a", "1") }
        authority = try CertificateAuthority()
    }

    private func front(
        _ issued: CertificateAuthority.Issued? = nil, demanding: CertificateAuthority? = nil
    ) async throws -> TLSFront {
        try await TLSFront(to: server.web.port, showing: issued ?? authority.issue(), demanding: demanding)
    }

    @Test func `a server of a private authority is read once that is trusted`() async throws {
        let front = try await front()
        let url = front.url() + "/core.git"
        #expect(try await Connecting.files(url, ["tls_ca": authority.certificate]) == ["a": "1"])
        let error = try #require(try await Connecting.failure(url))
        #expect(error.cause == .encryption)
        #expect(error.reason.contains("no authority that is trusted here"), "\(error)")
        #expect(error.advice?.contains("`tls_ca`") == true)
    }

    @Test(arguments: ["SSL_CERT_DIR", "SSL_CERT_FILE"])
    func `an extra authority is trusted besides the system's`(_ variable: String) async throws {
        let extra = try CertificateAuthority("Another authority")
        let system = try TemporaryFolder()
        let file = try system.write("ca.pem", authority.certificate)
        try Command.run(["openssl", "rehash", system.path])
        let environment = [variable: variable == "SSL_CERT_DIR" ? system.path : file]
        for front in [try await front(), try await front(extra.issue())] {
            let url = front.url() + "/core.git"
            let parameters = ["tls_ca": extra.certificate]
            #expect(try await Connecting.files(url, parameters, environment: environment) == ["a": "1"])
        }
        let front = try await front()
        let alone = try await Connecting.failure(
            front.url() + "/core.git", ["tls_ca": extra.certificate])
        #expect(alone?.cause == .encryption)
    }

    @Test(arguments: [nil, "k3y-pass"])
    func `a client certificate opens the door, its key encrypted or not`(_ password: String?) async throws {
        let front = try await front(demanding: authority)
        let client = try authority.issue("sluice", password: password)
        var parameters = [
            "tls_ca": authority.certificate, "tls_client_certificate": client.certificate,
            "tls_client_key": client.key,
        ]
        parameters["tls_client_key_password"] = password
        #expect(try await Connecting.files(front.url() + "/core.git", parameters) == ["a": "1"])
        let both = ["tls_ca": authority.certificate, "tls_client_certificate": client.certificate + client.key]
        if password == nil { #expect(try await Connecting.files(front.url() + "/core.git", both) == ["a": "1"]) }
    }

    @Test func `a client certificate that is missing and one that is refused are told apart`() async throws {
        let front = try await front(demanding: authority)
        let url = front.url() + "/core.git"
        let missing = try await Connecting.failure(url, ["tls_ca": authority.certificate])
        #expect(missing?.cause == .encryption)
        #expect(missing?.reason.contains("demands a client certificate") == true, "\(missing as Any)")
        let stranger = try CertificateAuthority("Another authority").issue("sluice")
        let refused = try await Connecting.failure(
            url,
            [
                "tls_ca": authority.certificate, "tls_client_certificate": stranger.certificate,
                "tls_client_key": stranger.key,
            ])
        #expect(refused?.cause == .encryption)
        #expect(refused?.reason.contains("refuses the client certificate") == true, "\(refused as Any)")
    }

    @Test func `nginx's way to ask for a client certificate is understood`() async throws {
        let front = try await NginxFront(to: server.web.port, showing: authority.issue(), demanding: authority)
        let url = front.url() + "/core.git"
        func look(_ client: CertificateAuthority.Issued?) async throws -> BackendError? {
            var parameters = ["tls_ca": authority.certificate]
            parameters["tls_client_certificate"] = client?.certificate
            parameters["tls_client_key"] = client?.key
            return try await Connecting.failure(url, parameters)
        }
        let missing = try await look(nil)
        #expect(missing?.cause == .encryption)
        #expect(missing?.reason.contains("demands a client certificate") == true, "\(missing as Any)")
        let refused = try await look(CertificateAuthority("Another authority").issue("sluice"))
        #expect(refused?.cause == .encryption)
        #expect(refused?.reason.contains("refuses the client certificate") == true, "\(refused as Any)")
        #expect(try await look(authority.issue("sluice")) == nil)
    }

    @Test func `a redirect to another server is not shown the client certificate`() async throws {
        let closed = try await front(demanding: authority)
        let client = try authority.issue("sluice")
        let parameters = [
            "tls_ca": authority.certificate, "tls_client_certificate": client.certificate,
            "tls_client_key": client.key,
        ]
        let pointing = try GitServer(redirect: closed.url() + "/")
        let open = try await TLSFront(to: pointing.web.port, showing: authority.issue())
        let error = try await Connecting.failure(open.url() + "/moved/core.git", parameters)
        #expect(error?.reason.contains("demands a client certificate") == true, "\(error as Any)")
        #expect(try await Connecting.files(closed.url() + "/core.git", parameters) == ["a": "1"])
    }

    @Test func `sources that differ in their client certificate share no mirror`() async throws {
        let front = try await front()
        let cache = try TemporaryFolder()
        let url = front.url() + "/core.git"
        let trust = ["tls_ca": authority.certificate]
        let id = try #require(
            try await Connecting.backend(url, trust, cache: cache).currentRevision()?.id)
        for name in ["one", "two"] {
            let client = try authority.issue(name)
            let backend = try Connecting.backend(
                url,
                trust.merging([
                    "tls_client_certificate": client.certificate, "tls_client_key": client.key, "branch": id,
                ]) { $1 }, cache: cache)
            #expect(try await Replica(of: backend).files == ["a": "1"])
        }
        let folders = try FileManager.default.contentsOfDirectory(atPath: cache.path + "/git").filter { $0 != "salt" }
        #expect(folders.count == 3)
    }

    @Test func `without verification any certificate will do`() async throws {
        let front = try await front(authority.issue("elsewhere", alternatives: ["DNS:elsewhere"], days: -1))
        #expect(try await Connecting.files(front.url() + "/core.git", ["tls_verify": "false"]) == ["a": "1"])
    }

    @Test func `a bucket behind a private authority is read`() async throws {
        let bucket = try S3Bucket(on: await Radosgw.shared())
        try bucket.put("a", "1")
        let port = try #require(URL(string: bucket.server.endpoint)?.port)
        let front = try await TLSFront(to: FreePort(number: port), showing: authority.issue())
        let keys = [
            "aws_access_key_id": bucket.server.accessKey, "aws_secret_access_key": bucket.server.secretKey,
        ]
        let url = "\(front.url())/\(bucket.name)"
        let trusting = keys.merging(["tls_ca": authority.certificate]) { $1 }
        #expect(try await Connecting.files(url, trusting, type: .amazonS3) == ["a": "1"])
        #expect(try await Connecting.failure(url, keys, type: .amazonS3)?.cause == .encryption)
    }

    @Test func `certificates and keys that cannot work are refused before anything is connected`() throws {
        let client = try authority.issue("sluice")
        let locked = try authority.issue("sluice", password: "right")
        let other = try authority.issue("other")
        let table: [([String: String], String)] = [
            (["tls_ca": "no PEM"], "`tls_ca` holds no certificate"),
            (["tls_ca": client.key], "`tls_ca` holds no certificate"),
            (["tls_ca": authority.certificate.replacing("MII", with: "MIX")], "`tls_ca` holds no certificate"),
            (["tls_client_key": client.key], "no client certificate"),
            (["tls_client_key_password": "x"], "no client certificate"),
            (["tls_client_certificate": client.certificate], "no key for it"),
            (["tls_client_certificate": client.key, "tls_client_key": client.key], "holds no certificate"),
            (
                ["tls_client_certificate": client.certificate, "tls_client_key": client.certificate],
                "holds no private key"
            ),
            (
                ["tls_client_certificate": client.certificate, "tls_client_key": other.key],
                "is not the key of"
            ),
            (["tls_client_certificate": locked.certificate, "tls_client_key": locked.key], "is encrypted"),
            (
                [
                    "tls_client_certificate": locked.certificate, "tls_client_key": locked.key,
                    "tls_client_key_password": "wrong-pass",
                ], "does not open"
            ),
        ]
        let cache = try TemporaryFolder()
        for (parameters, hint) in table {
            for (type, url) in [(BackendType.git, "https://x/y.git"), (.amazonS3, "https://x/y")] {
                let error = #expect(throws: BackendError.self) {
                    try Connecting.backend(url, parameters, type: type, cache: cache)
                }
                #expect(error?.cause == .settings)
                #expect(error?.reason.contains(hint) == true, "\(hint): \(error as Any)")
                #expect(error?.description.contains("wrong-pass") == false)
                #expect(error?.advice != nil)
            }
        }
    }
}
