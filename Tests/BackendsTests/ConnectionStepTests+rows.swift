import Backends
import Fixtures
import Model

extension ConnectionStepTests {
    private static let hasty = ["connect_timeout": "500ms", "stall_time": "1s"]

    static let networkRows = [
        Row("no such host", .resolve, .connection, "has no address", "DNS") {
            Remote(url: "https://nohost.invalid/core.git")
        },
        Row("no such host of a bucket", .resolve, .connection, "has no address", "DNS") {
            Remote(type: .amazonS3, url: "https://nohost.invalid/bucket")
        },
        Row("nobody listens", .connect, .connection, "no connection", "port") {
            Remote(url: "http://127.0.0.1:\(try FreePort().number)/core.git")
        },
        Row("nobody listens for a bucket", .connect, .connection, "no connection", "port") {
            Remote(type: .amazonS3, url: "http://127.0.0.1:\(try FreePort().number)/bucket")
        },
        Row("connecting never ends", .connect, .timeout, "took too long", "`connect_timeout`") {
            let full = try FullPort()
            return Remote(url: "http://127.0.0.1:\(full.port.number)/core.git", parameters: hasty, servers: [full])
        },
        Row("the server is silent", .repository, .timeout, "stopped sending", "`stall_time`") {
            let server = try SilentServer()
            return Remote(
                url: "http://127.0.0.1:\(server.port.number)/core.git", parameters: hasty, servers: [server])
        },
        Row("the bucket's server is silent", .bucket, .timeout, "stopped sending", "`stall_time`") {
            let server = try SilentServer()
            return Remote(
                type: .amazonS3, url: "http://127.0.0.1:\(server.port.number)/bucket", parameters: hasty,
                servers: [server])
        },
    ]

    static let tlsRows = [
        Row("plain HTTP at the port", .tls, .encryption, "does not speak TLS", "port where TLS is spoken") {
            var remote = try plainGit()
            remote.url = remote.url.replacing("http://", with: "https://")
            return remote
        },
        Row("TLS never begins", .tls, .timeout, "took too long", "`connect_timeout`") {
            let server = try SilentServer()
            return Remote(
                url: "https://127.0.0.1:\(server.port.number)/core.git", parameters: hasty, servers: [server])
        },
        Row("TLS never begins behind a SOCKS proxy", .tls, .timeout, "took too long", "`connect_timeout`") {
            let server = try SilentServer()
            let proxy = try await ProxyServer(.socks)
            return Remote(
                url: "https://127.0.0.1:\(server.port.number)/core.git",
                parameters: hasty.merging(["proxy": "socks5h://\(proxy.place)"]) { $1 }, servers: [server, proxy])
        },
        Row("TLS never begins behind an HTTP proxy", .tls, .timeout, "took too long", "`connect_timeout`") {
            let server = try SilentServer()
            let proxy = try await ProxyServer(.http)
            return Remote(
                url: "https://127.0.0.1:\(server.port.number)/core.git",
                parameters: hasty.merging(["proxy": "http://\(proxy.place)"]) { $1 }, servers: [server, proxy])
        },
        Row("unknown authority", .tls, .encryption, "no authority that is trusted here", "`tls_ca`") {
            var remote = try await secureGit()
            remote.parameters = [:]
            return remote
        },
        Row("expired certificate", .tls, .encryption, "has expired", "renewed") { try await secureGit(days: -1) },
        Row("wrong host name", .tls, .encryption, "for another name", "write the host in the URL") {
            try await secureGit(alternatives: ["DNS:elsewhere.example"])
        },
        Row("client certificate missing", .tls, .encryption, "demands a client certificate", "`tls_client_key`") {
            try await secureGit(demands: true)
        },
        Row("client certificate missing, unverified", .tls, .encryption, "demands a client", "`tls_client_key`") {
            var remote = try await secureGit(demands: true)
            remote.parameters = ["tls_verify": "false"]
            return remote
        },
        Row("client certificate refused", .tls, .encryption, "refuses the client certificate", "signed by") {
            var remote = try await secureGit(demands: true)
            let stranger = try CertificateAuthority().issue("stranger")
            remote.parameters["tls_client_certificate"] = stranger.certificate
            remote.parameters["tls_client_key"] = stranger.key
            return remote
        },
    ]

    static let proxyRows = [
        Row("no such proxy", .proxy, .proxy, "has no address", "`proxy`") {
            Remote(url: "https://git.invalid/core.git", parameters: ["proxy": "http://nohost.invalid:3128"])
        },
        Row("nobody at the proxy", .proxy, .proxy, "nobody accepts connections", "`proxy`") {
            Remote(
                url: "https://git.invalid/core.git",
                parameters: ["proxy": "http://127.0.0.1:\(try FreePort().number)"])
        },
        Row("the proxy is silent", .proxy, .proxy, "took too long", "`connect_timeout`") {
            let server = try SilentServer()
            return Remote(
                url: "https://git.invalid/core.git",
                parameters: hasty.merging(["proxy": "http://127.0.0.1:\(server.port.number)"]) { $1 },
                servers: [server])
        },
        Row("the proxy asks who is there", .proxy, .proxy, "asks for credentials", "`proxy_username`") {
            try await through(ProxyServer(.http, isClosed: true))
        },
        Row("the proxy does not like the password", .proxy, .proxy, "refused the credentials", "`proxy_password`") {
            var remote = try await through(ProxyServer(.http, isClosed: true))
            remote.parameters["proxy_username"] = "eve"
            remote.parameters["proxy_password"] = "wrong"
            return remote
        },
        Row("the proxy refuses to connect", .proxy, .proxy, "with status 403", "`no_proxy`") {
            try await through(ProxyServer(.timid))
        },
        Row("the SOCKS proxy asks who is there", .proxy, .proxy, "asks for credentials", "`proxy_username`") {
            try await through(ProxyServer(.socks, isClosed: true), "socks5h")
        },
        Row("the SOCKS proxy finds nobody", .proxy, .proxy, "does not reach it", "host and port") {
            let proxy = try await ProxyServer(.socks)
            return Remote(
                url: "http://127.0.0.1:\(try FreePort().number)/core.git",
                parameters: ["proxy": "socks5://\(proxy.place)"], servers: [proxy])
        },
        Row("the proxy speaks something else", .proxy, .proxy, "no trusted TLS connection to the proxy", "TLS") {
            let web = try GitServer()
            return Remote(
                url: "https://git.invalid/core.git",
                parameters: ["proxy": "https://127.0.0.1:\(web.web.port.number)"], servers: [web])
        },
    ]

    private static func through(_ proxy: ProxyServer, _ scheme: String = "http") async throws -> Remote {
        var remote = try await secureGit()
        remote.parameters["proxy"] = "\(scheme)://\(proxy.place)"
        remote.servers.append(proxy)
        return remote
    }

    static let gitRows = [
        Row("no credentials", .credentials, .credentials, "asks for credentials", "`password`") {
            var remote = try plainGit()
            remote.url = remote.url.replacing("/core.git", with: "/private/core.git")
            return remote
        },
        Row("wrong credentials", .credentials, .credentials, "refused the credentials", "`password`") {
            var remote = try plainGit()
            remote.url = remote.url.replacing("/core.git", with: "/private/core.git")
            remote.parameters = ["username": "ada", "password": "wrong"]
            return remote
        },
        Row("no such repository", .repository, .notFound, "no repository", "URL") {
            var remote = try plainGit()
            remote.url = remote.url.replacing("/core.git", with: "/other.git")
            return remote
        },
        Row("a web page in place of git", .repository, .malformed, "text/html", "URL") {
            let server = try ScriptedServer { _, _ in
                ScriptedServer.answer("<html>Sign in</html>", headers: ["Content-Type: text/html"])
            }
            return Remote(url: server.url + "/core.git", servers: [server])
        },
        Row("no such ref", .ref, .notFound, "no branch or tag", "`branch`") {
            var remote = try plainGit()
            remote.parameters = ["branch": "nowhere"]
            return remote
        },
        Row("no repository on disk", .repository, .notFound, "no git repository", "path") {
            let folder = try TemporaryFolder()
            return Remote(url: folder.path, servers: [folder])
        },
        Row("no such ref on disk", .ref, .notFound, "no branch or tag", "`branch`") {
            let folder = try TemporaryFolder()
            _ = try GitRepository(at: folder.path) { commit("a", "1") }
            return Remote(url: folder.path, parameters: ["branch": "nowhere"], servers: [folder])
        },
    ]

    static let bucketRows = [
        Row("no keys", .credentials, .credentials, "not public", "aws_access_key_id") {
            var remote = try await bucket()
            remote.parameters = [:]
            return remote
        },
        Row("a wrong secret", .credentials, .credentials, "refuses the signature", "aws_secret_access_key") {
            var remote = try await bucket()
            remote.parameters["aws_secret_access_key"] = "wrong"
            return remote
        },
        Row("an unknown key", .credentials, .credentials, "does not know the access key", "aws_access_key_id") {
            var remote = try await bucket()
            remote.parameters["aws_access_key_id"] = "AKOTHER"
            return remote
        },
        Row("access denied", .credentials, .credentials, "may not do that", "s3:ListBucket") {
            let server = try ScriptedServer { request, _ in
                request.method == "HEAD"
                    ? ScriptedServer.answer("")
                    : ScriptedServer.answer("<Error><Code>AccessDenied</Code></Error>", status: 403)
            }
            return Remote(
                type: .amazonS3, url: server.url + "/bucket",
                parameters: ["aws_access_key_id": "AK", "aws_secret_access_key": "SK"], servers: [server])
        },
        Row("no such bucket", .bucket, .notFound, "no such bucket", "name") {
            var remote = try await bucket()
            remote.url += "-not"
            return remote
        },
        Row("a web page in place of XML", .listing, .malformed, "a web page", "ListObjectsV2") {
            let server = try ScriptedServer { request, _ in
                ScriptedServer.answer(request.method == "HEAD" ? "" : "<!DOCTYPE html><html>Sign in</html>")
            }
            return Remote(type: .amazonS3, url: server.url + "/bucket", servers: [server])
        },
        Row("a bucket with an unknown authority", .tls, .encryption, "no authority that is trusted here", "`tls_ca`") {
            let git = try await secureGit()
            return Remote(
                type: .amazonS3, url: git.url.replacing("core.git", with: "bucket"), servers: git.servers)
        },
    ]

    static let localRows = [
        Row("no such folder", .folder, .notFound, "cannot open the folder", "mounted") {
            Remote(type: .local, url: "/nonexistent/folder")
        },
        Row("a file in place of a folder", .folder, .notFound, "cannot open the folder", "folder") {
            let folder = try TemporaryFolder()
            return Remote(type: .local, url: try folder.write("file", "x"), servers: [folder])
        },
    ]
}
