internal import Model
private import Synchronization

/// Large files of a repository on an LFS server.
///
/// The data source's credential and TLS identity go to the repository's own origin and nowhere else; another host gets
/// the headers that the LFS server listed for it.
final class LargeFileServer: LargeFiles {
    /// What speaks to whom.
    struct Clients: Sendable {
        /// The repository's origin; nil when it is not reached over HTTP.
        let home: HTTPURL.Origin?
        let credential: HTTPCredential?
        let settings: HTTPSettings
    }

    private typealias Answer = Result<LargeFileAction, LargeFileFault>

    private let clients: Clients
    private let atHome: HTTPClient
    private let elsewhere: HTTPClient
    private let patience: Patience
    private let now: @Sendable () -> Timestamp
    /// Asked before each question, for one that was signed in by SSH ends after a while.
    private let endpoint: @Sendable () async throws -> LargeFileEndpoint
    private let answers = Mutex<[LargeFilePointer: Answer]>([:])
    /// Those of the last batch, some of which may still have to be read.
    private let prepared = Mutex<Set<LargeFilePointer>>([])
    private let received = Atomic<Int64>(0)

    init(
        _ clients: Clients, patience: Patience, now: @escaping @Sendable () -> Timestamp = SystemTime.now,
        endpoint: @escaping @Sendable () async throws -> LargeFileEndpoint
    ) {
        self.clients = clients
        var settings = clients.settings
        settings.userAgent = "git-lfs/3.0 (sluice)"
        atHome = HTTPClient(settings)
        elsewhere = HTTPClient(settings.forStrangers)
        self.patience = patience
        self.now = now
        self.endpoint = endpoint
    }

    var bytesReceived: Int64 { received.load(ordering: .relaxed) }

    func prepare(_ pointers: [LargeFilePointer]) async throws {
        let batch = Set(pointers.filter { $0.size > 0 })
        // Those of earlier batches have been read.
        let former = prepared.withLock { prepared in
            defer { prepared = batch }
            return prepared
        }
        answers.withLock { answers in answers = answers.filter { former.contains($0.key) } }
        var rest = Array(batch)[...]
        while !rest.isEmpty {
            try await ask(rest.prefix(LargeFileBatch.longest))
            rest = rest.dropFirst(LargeFileBatch.longest)
        }
    }

    func read(_ pointer: LargeFilePointer, for path: RelativePath, into sink: @escaping ContentSink) async throws {
        let comparison = LargeFileComparison(pointer, into: sink)
        do {
            if pointer.size > 0 {
                let download = ResumedDownload(sizeInBytes: pointer.size) { try comparison.take($0) }
                do {
                    try await fetch(action(for: pointer), download)
                } catch is Outdated {
                    answers.withLock { $0[pointer] = nil }
                    try await fetch(action(for: pointer), download, isLastTry: true)
                }
            }
            try comparison.finish()
        } catch let fault as LargeFileFault {
            throw fault.problem(at: path)
        }
    }

    // MARK: - Where objects are

    private func action(for pointer: LargeFilePointer) async throws -> LargeFileAction {
        if case .success(let action) = answers.withLock({ $0[pointer] }), !action.isExpired(at: now()) { return action }
        if case .failure(let fault) = answers.withLock({ $0[pointer] }) { throw fault }
        guard let answer = try await ask([pointer])[pointer] else {
            preconditionFailure("each object that was asked for has an answer")
        }
        return try answer.get()
    }

    @discardableResult
    private func ask(_ pointers: ArraySlice<LargeFilePointer>) async throws -> [LargeFilePointer: Answer] {
        let endpoint = try await endpoint()
        let isHome = endpoint.batch.origin == clients.home
        var request = HTTPRequest(
            .post, endpoint.batch, headers: endpoint.headers, body: LargeFileBatch.question(pointers))
        request.headers["Accept"] = LargeFileBatch.mediaType
        request.headers["Content-Type"] = LargeFileBatch.mediaType
        if isHome, request.headers["Authorization"] == nil { request.credential = clients.credential }
        let loaded = try await patience.run { [request] _ throws(GitFailure) in
            try await self.load(request, isHome ? self.atHome : self.elsewhere)
        }
        do {
            let found: [LargeFilePointer: Answer] =
                switch loaded {
                case .answer(let body): try LargeFileBatch.answers(body, to: pointers, now: now())
                case .refused(let fault): Dictionary(uniqueKeysWithValues: pointers.map { ($0, .failure(fault)) })
                }
            answers.withLock { $0.merge(found) { $1 } }
            return found
        } catch {
            throw GitFailure(
                .malformed, "cannot ask the LFS server \"\(endpoint.batch)\" where large files are: \(error.clause)",
                advice: "set `lfs_url` to the URL of the LFS server")
        }
    }

    private enum Loaded {
        case answer([UInt8])
        /// Each of the objects that were asked for.
        case refused(LargeFileFault)
    }

    private func load(_ request: HTTPRequest, _ client: HTTPClient) async throws(GitFailure) -> Loaded {
        let doing = "ask the LFS server where large files are"
        let response: HTTPResponse
        let body: [UInt8]
        do throws(HTTPError) {
            (response, body) = try await client.load(request, limit: Self.longestAnswer)
        } catch {
            throw GitFailure(error, doing: doing)
        }
        received.add(response.bodySizeInBytes, ordering: .relaxed)
        if response.isSuccess { return .answer(body) }
        // Some servers say so of the whole question when it holds for each object in it.
        if let fault = LargeFileBatch.fault(of: response) { return .refused(fault) }
        throw refusal(response, doing: doing, hasCredential: request.credential != nil)
    }

    private func refusal(_ response: HTTPResponse, doing: String, hasCredential: Bool) -> GitFailure {
        let place = "\"\(response.url)\""
        switch response.status {
        case 401, 403:
            let isForeign = response.url.origin != clients.home
            return GitFailure(
                .credentials,
                "cannot \(doing): \(place) "
                    + (hasCredential ? "refused the credentials" : "asks for credentials")
                    + (isForeign ? "; those of another host are not sent there" : ""),
                advice: isForeign
                    ? "use an LFS server on the repository's own host, or one that lets everybody read"
                    : "set `username` and `password` to ones that may read large files")
        case 404, 405, 410, 501, 300..<400:
            return GitFailure(
                .notFound, "cannot \(doing): there is no LFS server at \(place) (it answered \(response.status))",
                advice: "set `lfs_url` to the URL of the LFS server, as in .lfsconfig")
        default: return GitFailure(unexpected: response, doing: doing)
        }
    }

    // MARK: - Downloads

    /// The place refused: what it was given may have come to its end.
    private struct Outdated: Error {}

    private func fetch(_ action: LargeFileAction, _ download: ResumedDownload, isLastTry: Bool = false) async throws {
        do throws(LargeFileFailure) {
            try await patience.run { _ throws(LargeFileFailure) in try await self.transfer(action, download) }
        } catch {
            switch error {
            case .transfer(let cause): throw LargeFileFault.error(for: cause)
            case .taking(let cause): throw cause
            case .refusal(let response):
                if [401, 403].contains(response.status), !isLastTry { throw Outdated() }
                throw LargeFileFault(refusal: response)
            }
        }
    }

    private func transfer(
        _ action: LargeFileAction, _ download: ResumedDownload
    ) async throws(LargeFileFailure) {
        let isHome = action.url.origin == clients.home
        if clients.home?.scheme == "https", action.url.scheme == "http" {
            throw .taking(
                LargeFileFault(clause: "the LFS server leads from https to \"\(action.url)\"", isLasting: false))
        }
        var request = HTTPRequest(
            .get, action.url, headers: action.headers, redirects: .followed(atMost: Self.redirectLimit))
        if isHome, !action.isAuthenticated, action.headers["Authorization"] == nil {
            request.credential = clients.credential
        }
        if download.offset > 0 { request.headers["Range"] = "bytes=\(download.offset)-" }
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try await (isHome ? atHome : elsewhere).send(request) {
                try download.begin($0)
            } receive: { piece in
                self.received.add(Int64(piece.count), ordering: .relaxed)
                try download.take(piece)
            }
        } catch {
            guard let cause = error.cause else { throw .transfer(error) }
            throw .taking(Self.fault(cause))
        }
        guard response.isSuccess else { throw .refusal(response) }
        do { try download.finish() } catch { throw .taking(Self.fault(error)) }
    }

    private static func fault(_ cause: any Error) -> any Error {
        guard let garbled = cause as? ResumedDownload.Garbled else { return cause }
        return LargeFileFault(clause: garbled.clause, isLasting: false)
    }

    /// A hundred objects with long signed addresses have a fraction of it.
    private static let longestAnswer = 8 << 20
    private static let redirectLimit = 5
}

/// Why a download did not come to its end.
private enum LargeFileFailure: Retriable {
    case transfer(HTTPError)
    case refusal(HTTPResponse)
    /// The content is wrong, or the sink does not want it.
    case taking(any Error)

    var retry: RetryAdvice {
        switch self {
        case .transfer(let error): error.retry
        case .refusal(let response): response.retry
        case .taking: .never
        }
    }
}

extension HTTPSettings {
    /// The same way to the network, without what tells another host who we are.
    var forStrangers: HTTPSettings {
        var settings = self
        settings.tls.identity = nil
        return settings
    }
}
