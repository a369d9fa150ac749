internal import Model
private import Synchronization

/// git's smart HTTP protocol.
/// - Source: gitprotocol-http(5).
final class HTTPGitTransport: GitTransport {
    let client: HTTPClient
    private let url: HTTPURL
    let credential: HTTPCredential?
    /// Where the server redirected the advertisement to, or `url`. Requests go there, as git's do.
    private let base: Mutex<HTTPURL>
    private let received = Atomic<Int64>(0)

    /// git follows as many redirects of its first request.
    private static let redirectLimit = 20
    private static let service = "git-upload-pack"

    init(client: HTTPClient, url: HTTPURL, credential: HTTPCredential?) {
        self.client = client
        var url = url
        url.dropTrailingSlashes()
        self.url = url
        self.credential = credential
        base = Mutex(url)
    }

    var shown: String { url.description }
    var bytesReceived: Int64 { received.load(ordering: .relaxed) }
    var isRedirected: Bool { base.withLock { $0 } != url }

    var advertisement: HTTPRequest {
        var address = url
        address.path += "/info/refs"
        address.query = [url.query, "service=\(Self.service)"].compactMap { $0 }.joined(separator: "&")
        return HTTPRequest(
            .get, address, headers: ["Git-Protocol": "version=2", "Cache-Control": "no-cache"], credential: credential,
            redirects: .followed(atMost: Self.redirectLimit))
    }

    func advertise(receive: @escaping HTTPClient.Receiver) async throws(GitFailure) {
        let doing = "ask the git server what it offers"
        let response = try await send(advertisement, type: "advertisement", doing: doing, receive: receive)
        var place = response.url
        guard place.path.hasSuffix("/info/refs") else {
            throw GitFailure(
                .malformed, "cannot \(doing): it redirects to \"\(place)\", which is no git repository",
                advice: "set the source's URL to the repository's own, without a redirect")
        }
        place.path.removeLast("/info/refs".count)
        place.query = url.query
        base.withLock { [place] in $0 = place }
    }

    func exchange(
        _ body: [UInt8], version: Int, doing: String, receive: @escaping HTTPClient.Receiver
    ) async throws(GitFailure) {
        var address = base.withLock { $0 }
        let isHome = address.origin == url.origin
        address.path += "/\(Self.service)"
        var headers: HTTPHeaders = [
            "Content-Type": "application/x-git-upload-pack-request", "Accept": "application/x-git-upload-pack-result",
        ]
        if version == 2 { headers["Git-Protocol"] = "version=2" }
        let request = HTTPRequest(.post, address, headers: headers, body: body, credential: isHome ? credential : nil)
        _ = try await send(request, type: "result", doing: doing, receive: receive)
    }

    private func send(
        _ request: HTTPRequest, type: String, doing: String, receive: @escaping HTTPClient.Receiver
    ) async throws(GitFailure) -> HTTPResponse {
        let response: HTTPResponse
        do {
            response = try await client.send(
                request, head: { try Self.check($0, type: type, doing: doing) }, receive: receive)
        } catch {
            throw GitFailure(error, doing: doing)
        }
        received.add(response.bodySizeInBytes, ordering: .relaxed)
        guard response.isSuccess else { throw refusal(response, doing: doing) }
        return response
    }

    /// Refuses an answer that is not git's.
    static func check(_ head: HTTPResponse, type: String, doing: String) throws(GitFailure) {
        let given = head.headers["content-type"] ?? "nothing"
        guard given.lowercased().hasPrefix("application/x-git-upload-pack-\(type)") else {
            throw notGit(given, doing: doing)
        }
    }

    private static func notGit(_ type: String, doing: String) -> GitFailure {
        // A server that only hands out files answers with the file `info/refs`, of whatever type it takes that for.
        let isPlain = type.hasPrefix("text/plain") || type.hasPrefix("application/octet-stream") || type == "nothing"
        let what = isPlain ? "it serves the repository as plain files" : "it answers with \(EscapedName(type))"
        return GitFailure(
            .malformed, "cannot \(doing): \(what), not with git's smart HTTP protocol",
            advice: isPlain
                ? "serve it through `git http-backend` or a git hosting service"
                : "check that the URL is a repository's")
    }

    func refusal(_ response: HTTPResponse, doing: String) -> GitFailure {
        let place = "\"\(response.url)\""
        let isElsewhere = response.url.origin != url.origin
        switch response.status {
        case 401 where credential == nil, 403 where credential == nil:
            return GitFailure(
                .credentials, "cannot \(doing): \(place) asks for credentials",
                advice: "set `username` and `password`, or `password` alone to an access token")
        case 401 where isElsewhere, 403 where isElsewhere:
            return GitFailure(
                .credentials,
                "cannot \(doing): the server redirects to \(place), which asks for credentials; they are not sent there",
                advice: "set the source's URL to that place, if you trust it")
        case 401:
            return GitFailure(
                .credentials, "cannot \(doing): \(place) refused the credentials",
                advice: "set new ones in `username` and `password`; a token may have expired")
        case 403:
            return GitFailure(
                .credentials, "cannot \(doing): \(place) does not let these credentials in",
                advice: "grant them read access to the repository")
        case 404, 410:
            return GitFailure(
                .notFound, "cannot \(doing): there is no repository at \(place), or these credentials may not see it",
                advice: "check the URL, then the credentials' access")
        case 300..<400 where response.status != 304:
            return GitFailure(
                .malformed, "cannot \(doing): \(place) redirects a request that must not be repeated",
                advice: "set the source's URL to where the repository is now")
        default: return GitFailure(unexpected: response, doing: doing)
        }
    }
}
