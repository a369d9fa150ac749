internal import Model
private import Synchronization

/// A bucket's folder while we read it.
///
/// S3 has no snapshots. What makes this an unchanging view is that each object is fetched only if it still is the one
/// that was listed.
final class S3Snapshot: Snapshot {
    private let requests: S3Requests
    private let client: HTTPClient
    private let retry: S3Retry
    private let selection: FileSelection
    private let cursor = Mutex(Cursor())
    private let transferred = Atomic<Int64>(0)

    private struct Cursor {
        var token: String?
        var lastKey: [UInt8] = []
        var hasEnded = false
        var hasObjects = false
        var emptyPages = 0
    }

    /// A page of 1,000 keys of 1,024 bytes, each byte percent-encoded, has less than 4 MiB.
    private static let pageLimitInBytes = 16 << 20

    init(requests: S3Requests, client: HTTPClient, retry: S3Retry, selection: FileSelection) {
        self.requests = requests
        self.client = client
        self.retry = retry
        self.selection = selection
    }

    var revision: RevisionDetails? { nil }

    var bytesTransferred: Int64 { transferred.load(ordering: .relaxed) }

    func close() async {
        cursor.withLock { $0.hasEnded = true }
    }

    func nextPage() async throws -> RemotePage? {
        while true {
            let cursor = cursor.withLock { $0 }
            guard !cursor.hasEnded else { return nil }
            let page = try await fetchPage(cursor.token)
            try advance(cursor, past: page)
            let entries = RemotePage(page.objects, in: requests.location.folder, selection)
            if !entries.files.isEmpty || !entries.problems.isEmpty { return entries }
        }
    }

    func read(_ file: RemoteFile, into sink: @escaping ContentSink) async throws {
        if let problem = file.problem { throw problem }
        guard let object = S3Fingerprint(file.fingerprint) else {
            throw FileProblem(path: file.path, kind: .unreadable, reason: "it was not listed by this bucket")
        }
        let key = requests.location.folder + file.path.string
        let download = S3Download(sizeInBytes: object.sizeInBytes, into: sink)
        do throws(S3Failure) {
            try await retry.run { () throws(S3Failure) in
                try await self.fetch(key, object, download)
            }
        } catch {
            switch error {
            case .refusal(let refusal) where refusal.isAboutObject: throw refusal.problem(at: file.path)
            case .garbled(let clause): throw FileProblem(path: file.path, kind: .unreadable, reason: clause)
            default: throw backendError(error, "fetch \"\(EscapedName(key))\" from")
            }
        }
    }

    private func fetch(_ key: String, _ object: S3Fingerprint, _ download: S3Download) async throws(S3Failure) {
        let request = requests.object(key, entityTag: object.entityTag, from: download.offset)
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try await client.send(request) {
                try download.begin($0)
            } receive: { piece in
                self.transferred.add(Int64(piece.count), ordering: .relaxed)
                try download.take(piece)
            }
        } catch {
            guard let cause = error.cause else { throw .transfer(error) }
            throw Self.failure(cause)
        }
        guard response.isSuccess else { throw .refusal(S3Refusal(response)) }
        do { try download.finish() } catch { throw Self.failure(error) }
    }

    private static func failure(_ cause: any Error) -> S3Failure {
        (cause as? S3Download.Garbled).map { .garbled($0.clause) } ?? .sink(cause)
    }

    private func fetchPage(_ token: String?) async throws -> S3Page {
        let body: [UInt8]
        do throws(S3Failure) {
            body = try await retry.run { () throws(S3Failure) in try await self.loadPage(token) }
        } catch {
            throw backendError(error, "list")
        }
        do throws(S3PageFault) {
            return try S3Page(body, folder: requests.location.folder)
        } catch {
            throw pageError(error)
        }
    }

    private func loadPage(_ token: String?) async throws(S3Failure) -> [UInt8] {
        let response: HTTPResponse
        let body: [UInt8]
        do throws(HTTPError) {
            (response, body) = try await client.load(requests.page(token), limit: Self.pageLimitInBytes)
        } catch {
            throw .transfer(error)
        }
        guard response.isSuccess else { throw .refusal(S3Refusal(response)) }
        transferred.add(Int64(body.count), ordering: .relaxed)
        return body
    }

    /// Moves the cursor on, if `page` is one that may follow.
    private func advance(_ cursor: Cursor, past page: S3Page) throws {
        var next = cursor
        if let first = page.objects.first, !cursor.lastKey.lexicographicallyPrecedes(first.key) {
            throw pageError(.outOfOrder)
        }
        if let token = page.nextToken, token == cursor.token { throw pageError(.repeatedToken) }
        next.lastKey = page.objects.last?.key ?? cursor.lastKey
        next.token = page.nextToken
        next.hasEnded = page.nextToken == nil
        next.hasObjects = cursor.hasObjects || !page.objects.isEmpty
        next.emptyPages = page.objects.isEmpty ? cursor.emptyPages + 1 : 0
        // Servers may send pages without a key, but not for ever.
        guard next.emptyPages <= 1_000 else { throw pageError(.repeatedToken) }
        let folder = requests.location.folder
        guard next.hasObjects || !next.hasEnded || folder.isEmpty else {
            throw BackendError(
                .notFound,
                "cannot list bucket \(requests.location.shown): its folder \"\(EscapedName(folder))\" is empty",
                advice: "check the folder in the URL; one that is to stay empty needs an object of its own name")
        }
        self.cursor.withLock { $0 = next }
    }

    private func pageError(_ fault: S3PageFault) -> BackendError {
        BackendError(
            .malformed, "cannot list bucket \(requests.location.shown): \(fault.clause)",
            advice: "check that the endpoint speaks S3's ListObjectsV2, and that no proxy answers in its place")
    }

    private func backendError(_ failure: S3Failure, _ act: String) -> any Error {
        failure.error(act, requests.location, isAnonymous: requests.credentials == nil)
    }
}
