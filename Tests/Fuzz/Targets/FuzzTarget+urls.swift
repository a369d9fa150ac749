// Reaches into the modules, which only those built for debugging allow.
#if DEBUG
import Model

@testable import Backends

/// Addresses and header fields.
extension FuzzTarget {
    static let urls: [FuzzTarget] = [
        FuzzTarget("percent", ["%", "%00", "+", "%zz"]) { input in
            promise(
                PercentEncoding.decode(PercentEncoding.encode(input))! == input, "what is encoded can be decoded")
            _ = PercentEncoding.decode(input.text, plusIsSpace: true)
        },
        FuzzTarget("http-url", ["http://", "https://", "@", ":", "[::1]", "%40", "/../", "?", "#", "\\"], httpURL),
        FuzzTarget("redirect", ["//h", "/a", "../", "?", "https://u:p@h", "file:///etc", "\r\n"]) { input in
            let place = HTTPURL(scheme: "https", host: "example", path: "/a/b", query: "q")
            let target = try place.resolving(input.text)
            promise(
                ["http", "https"].contains(target.scheme) && !target.host.isEmpty, "a redirect stays on the web")
            promise(!target.text.contains { $0.isNewline }, "a redirect is one line")
        },
        FuzzTarget("proxy", ["socks5h://", "http://", ":1080", "10.0.0.0/8", "[::1]", "::/0", "*", ".", ","]) {
            input in
            let parts = input.parts(3)
            let exempt = ProxyExemptions(parts[1].text.split { $0 == "," || $0 == " " }.map(String.init))
            _ = exempt.contains(parts[2].text)
            let proxy = try HTTPProxy(parts[0].text)
            promise((0...65_535).contains(proxy.port), "a port is one")
            promise(!proxy.shown.contains("@"), "what is shown of a proxy has no user-info")
        },
        FuzzTarget("http-fields", ["HTTP/1.1 200 OK\r\n", ": ", "retry-after: 9", "\r\n"]) { input in
            var fields = HTTPFields()
            for line in input.split(separator: UInt8(ascii: "\n")) {
                guard Array(line).withUnsafeBytes({ fields.append($0) }) else { return }
            }
            _ =
                HTTPResponse(
                    status: fields.status, headers: fields.headers, url: HTTPURL(scheme: "https", host: "h")
                )
                .retry
        },
        FuzzTarget("local-url", ["file://", "localhost", "%2e%2e", "/"]) { input in
            let url = try LocalURL(SourceURL(input.text))
            promise(
                url.path.hasPrefix("/") && !url.path.utf8.contains(0), "a path is absolute, and all of it is used")
        },
        FuzzTarget("git-url", ["https://", "file://", "git@h:p", "ssh://", "@", ":", "%00", "../"]) { input in
            let url = SourceURL(input.text)
            let fault = GitPlace.fault(in: url)
            let path = GitPlace.localPath(of: url)
            let place = try GitPlace(url, username: nil, password: nil)
            promise(fault == nil, "a URL with a fault is not used")
            if case .local(let local) = place { promise(path == nil || path == local, "one URL is one path") }
        },
        FuzzTarget(
            "s3-url", ["s3://", "https://", ".s3.eu-west-1.amazonaws.com", "/", "%2F", "s3express-a", "vpce"]
        ) {
            input in
            let parts = input.parts(2)
            let endpoint = parts[1].isEmpty ? nil : parts[1].text
            let place = try S3Location(SourceURL(parts[0].text), endpoint: endpoint)
            promise(!place.bucket.isEmpty && !place.bucket.contains("/"), "a bucket is named")
            promise(place.folder.isEmpty || place.folder.hasSuffix("/"), "a prefix is a folder")
            _ = (place.path(of: "a"), place.shown)
        },
        FuzzTarget("aws-host", [".amazonaws.com", "s3.", "s3-", "dualstack.", "vpce", "s3express-"]) { input in
            _ = try AWSHost(input.text)?.host(inRegion: "eu-west-1")
        },
    ]

    private static let httpURL: @Sendable ([UInt8]) throws -> Void = { input in
        let (url, _) = try HTTPURL.parse(input.text)
        promise(!url.description.contains("?"), "what is shown of a URL has no query")
        let (again, userInfo) = try! HTTPURL.parse(url.text)
        promise(again == url && userInfo == nil, "a URL's text is that URL")
    }
}
#endif
