internal import Model
private import Synchronization

/// Asks one bucket: signs each request for the moment when it is sent, follows the bucket to its region, and renews
/// credentials that are not valid any more.
final class S3Exchange: Sendable {
    private let credentials: CredentialSupply?
    private let extras: S3Extras
    private let client: HTTPClient
    private let now: @Sendable () -> Timestamp
    private let patience: Patience
    /// The header that carries the credentials' session token.
    private let tokenHeader: String
    private let place: Mutex<S3Location>
    /// Called once, before the first request, when nobody said the bucket's region.
    private let regionHint: Mutex<(@Sendable () -> String?)?>

    /// A bucket that moves on and on is nowhere.
    private static let mostMoves = 3

    /// - Parameter credentials: nil asks as nobody, without a signature.
    init(
        _ location: S3Location, credentials: CredentialSupply?, extras: S3Extras, client: HTTPClient,
        patience: Patience,
        tokenHeader: String = "x-amz-security-token", regionHint: @escaping @Sendable () -> String?,
        now: @escaping @Sendable () -> Timestamp
    ) {
        place = Mutex(location)
        self.regionHint = Mutex(location.isRegionAssumed ? regionHint : nil)
        self.credentials = credentials
        self.extras = extras
        self.client = client
        self.patience = patience
        self.tokenHeader = tokenHeader
        self.now = now
    }

    /// Where the bucket is, as far as is known by now.
    var location: S3Location { place.withLock { $0 } }

    /// The same in a session with a directory bucket, which this one asks for.
    func inSession() -> S3Exchange {
        let session = DirectorySession {
            do throws(S3Failure) {
                return try await self.load(.session, limit: 64 << 10)
            } catch {
                throw error.error("open a session with", self.location)
            }
        }
        return S3Exchange(
            location, credentials: CredentialSupply(session, now: now), extras: extras, client: client,
            patience: patience.apart,
            tokenHeader: "x-amz-s3session-token", regionHint: { nil }, now: now)
    }

    /// What the head of a whole answer, and the ETag that was listed, say that the content's sum has to be.
    func checksum(_ headers: HTTPHeaders, entityTag: String) -> S3Checksum? {
        if let sum = S3Checksum(headers) { return sum }
        guard extras.entityTagIsMD5, !hasCustomerKey, !location.isDirectory else { return nil }
        return S3Checksum(entityTag: entityTag, headers)
    }

    /// Whether objects are asked for with a key of the customer's own.
    var hasCustomerKey: Bool { extras.customerKey != nil }

    /// Whom it is asked as.
    ///
    /// - Throws: ``BackendError``, `CancellationError`.
    func asker() async throws -> CredentialFinding {
        guard let credentials else { return .absent([]) }
        return try await credentials.current()
    }

    /// Sends `question`, again while the failure is one that passes.
    ///
    /// - Parameter make: makes the question of each try.
    /// - Parameter head: called for each 2xx answer, before its first piece; see ``HTTPClient/send(_:head:receive:)``.
    /// - Returns: what `finish` makes of a complete 2xx answer.
    func send<Value: Sendable>(
        _ make: @Sendable () -> S3Question, head: @escaping HTTPClient.Head = { _ in },
        receive: @escaping HTTPClient.Receiver, finish: @Sendable () throws(S3Failure) -> Value
    ) async throws(S3Failure) -> Value {
        // Where one connection broke, others that wait for work may be broken too.
        var wasBroken = false
        return try await patience.run { _ throws(S3Failure) in
            var question = make()
            question.isOnNewConnection = wasBroken
            do throws(S3Failure) {
                try await self.ask(question, head: head, receive: receive)
                return try finish()
            } catch {
                if case .transfer = error { wasBroken = true } else { wasBroken = false }
                throw error
            }
        }
    }

    /// Sends `question` as `send` does, and holds the whole answer.
    ///
    /// - Parameter limit: the longest answer in bytes that is taken; a longer one fails as a transfer, `.tooLarge`.
    /// - Returns: what `read` makes of it.
    func load<Value: Sendable>(
        _ question: S3Question, limit: Int,
        read: @Sendable ([UInt8]) throws(S3Failure) -> Value = { (body: [UInt8]) throws(S3Failure) in body }
    ) async throws(S3Failure) -> Value {
        let body = HTTPBody(limit: limit)
        return try await send {
            question
        } head: { _ in
            _ = body.take()
        } receive: {
            try body.append($0)
        } finish: { () throws(S3Failure) in
            try read(body.take())
        }
    }

    /// Sends `question` once, and again where or as whom the answer says.
    private func ask(
        _ question: S3Question, head: @escaping HTTPClient.Head, receive: @escaping HTTPClient.Receiver
    ) async throws(S3Failure) {
        takeHint()
        var moves = 0
        var renewed = false
        var finding = try await finding(otherThan: nil)
        while true {
            let location = location
            let response = try await transfer(
                request(question, at: location, as: finding.credentials), head: head, receive: receive)
            if response.isSuccess { return }
            let refusal = S3Refusal(response)
            if moves < Self.mostMoves, try await follow(refusal, response, from: location, as: finding.credentials) {
                moves += 1
                continue
            }
            if !renewed, refusal.wantsNewCredentials, let old = finding.credentials {
                renewed = true
                finding = try await self.finding(otherThan: old)
                if finding.credentials != old { continue }
            }
            throw .refusal(refusal, at: location, asker: finding)
        }
    }

    private func takeHint() {
        let hint = regionHint.withLock { hint in
            defer { hint = nil }
            return hint
        }
        guard let region = hint?() else { return }
        place.withLock { $0 = $0.moved(toRegion: region) ?? $0 }
    }

    private func transfer(
        _ request: HTTPRequest, head: @escaping HTTPClient.Head, receive: @escaping HTTPClient.Receiver
    ) async throws(S3Failure) -> HTTPResponse {
        do throws(HTTPError) {
            return try await client.send(request, head: head, receive: receive)
        } catch {
            guard let cause = error.cause else { throw .transfer(error) }
            if cause is HTTPBody.Overflow { throw .transfer(HTTPError(.tooLarge, at: request.url)) }
            throw (cause as? ResumedDownload.Garbled).map { .garbled($0) } ?? .sink(cause)
        }
    }

    private func finding(otherThan old: S3Credentials?) async throws(S3Failure) -> CredentialFinding {
        guard let credentials else { return .absent([]) }
        do {
            guard let old else { return try await credentials.current() }
            return try await credentials.current(otherThan: old)
        } catch {
            throw .credentials(error)
        }
    }

    /// Moves to where the answer says that the bucket is.
    ///
    /// - Returns: false when that is nowhere else, or nowhere that may be asked.
    private func follow(
        _ refusal: S3Refusal, _ response: HTTPResponse, from location: S3Location, as credentials: S3Credentials?
    ) async throws(S3Failure) -> Bool {
        guard refusal.isAboutPlace else { return false }
        var next: S3Location?
        if let text = response.headers["location"], let url = try? response.url.resolving(text) {
            // An address that is none leads nowhere.
            next = location.moved(to: url)
        }
        next = next ?? refusal.region.flatMap { location.moved(toRegion: $0) }
        if next == nil, refusal.region == nil, location.isOnAWS {
            let answer = try await transfer(request(.head, at: location, as: credentials), head: { _ in }) { _ in }
            next = answer.headers["x-amz-bucket-region"].flatMap { location.moved(toRegion: $0) }
        }
        guard let next else { return false }
        // Somebody else may have moved already, perhaps further.
        place.withLock { if $0 == location { $0 = next } }
        return true
    }

    private func request(_ question: S3Question, at location: S3Location, as credentials: S3Credentials?) -> HTTPRequest
    {
        let path = location.path(of: question.key)
        let url = HTTPURL(
            scheme: location.scheme, host: location.host, port: location.port, path: path,
            query: question.query.isEmpty ? nil : SignatureV4.canonicalQuery(question.query))
        var request = HTTPRequest(question.method, url)
        request.isOnNewConnection = question.isOnNewConnection
        for (name, value) in question.headers + extras.headers(for: question) { request.headers.append(name, value) }
        guard let credentials else { return request }

        let moment = now()
        request.headers.append("x-amz-content-sha256", SignatureV4.emptyPayloadHash)
        request.headers.append("x-amz-date", SignatureV4.date(moment))
        if let token = credentials.sessionToken { request.headers.append(tokenHeader, token) }
        let parts = SignatureV4.Parts(
            method: question.method.rawValue, path: path, query: question.query,
            headers: [("host", location.hostHeader)] + request.headers.map { ($0.name, $0.value) })
        let signature = SignatureV4(
            credentials: credentials, region: location.region, service: location.isDirectory ? "s3express" : "s3")
        request.headers.append("authorization", signature.authorization(for: parts, at: moment))
        return request
    }
}
