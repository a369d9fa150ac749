private import Crypto
package import Model

/// A role to be assumed: its name, what it asks of who assumes it, and what the session is called in the logs.
package struct RoleSettings: Sendable, Equatable {
    package let arn: String
    package let sessionName: String
    package let externalID: String?
    /// In seconds; nil leaves it to the service.
    package let duration: Int?

    /// - Parameter sessionName: ``defaultSessionName`` when nil.
    package init(arn: String, sessionName: String? = nil, externalID: String? = nil, duration: Int? = nil) {
        self.arn = arn
        self.sessionName = sessionName ?? Self.defaultSessionName
        self.externalID = externalID
        self.duration = duration
    }

    package static let defaultSessionName = "sluice"
}

/// AWS's Security Token Service, or a server that speaks its query interface: gives the keys of a role.
///
/// - Source: AWS STS API Reference, AssumeRole and AssumeRoleWithWebIdentity, version 2011-06-15.
package struct SecurityTokenService: Sendable {
    private let endpoint: HTTPURL
    private let region: String
    private let http: HTTPSettings
    private let now: @Sendable () -> Timestamp

    package init(
        endpoint: HTTPURL, region: String, http: HTTPSettings, now: @escaping @Sendable () -> Timestamp = SystemTime.now
    ) {
        self.endpoint = endpoint
        self.region = region
        self.http = http
        self.now = now
    }

    /// AWS's own in a region.
    package static func endpoint(in region: String) -> HTTPURL {
        HTTPURL(scheme: "https", host: "sts.\(region).\(AWSHost.domain(ofRegion: region))")
    }

    /// How asking with somebody's credentials ended.
    enum Outcome: Sendable {
        case given(S3Credentials)
        /// The credentials that were asked with are not valid any more.
        case expired(BackendError)
    }

    /// - Throws: ``BackendError``; `CancellationError`.
    func assume(_ role: RoleSettings, as credentials: S3Credentials) async throws -> Outcome {
        var form = form("AssumeRole", role)
        if let id = role.externalID { form.append(("ExternalId", id)) }
        do {
            return .given(try read(try await ask(form, as: credentials, role), role))
        } catch let error as CredentialRequest.Failure {
            if case .answer(let response, _) = error,
                ["ExpiredToken", "ExpiredTokenException"].contains(code(response))
            {
                return .expired(refusal(response, role, advice: "renew the credentials that assume the role"))
            }
            throw failure(
                error, role,
                advice: "let these credentials call sts:AssumeRole for the role, and check \"role_external_id\"")
        }
    }

    /// - Parameter token: the proof of identity; a secret.
    func assume(_ role: RoleSettings, withWebIdentity token: String) async throws -> S3Credentials {
        let form = form("AssumeRoleWithWebIdentity", role) + [("WebIdentityToken", token)]
        do {
            return try read(try await ask(form, as: nil, role), role)
        } catch let error as CredentialRequest.Failure {
            throw failure(
                error, role, advice: "check that the role trusts the issuer of the token, and the token's audience")
        }
    }

    private func form(_ action: String, _ role: RoleSettings) -> [(String, String)] {
        var form = [
            ("Action", action), ("Version", "2011-06-15"), ("RoleArn", role.arn),
            ("RoleSessionName", role.sessionName),
        ]
        if let duration = role.duration { form.append(("DurationSeconds", "\(duration)")) }
        return form
    }

    private func ask(
        _ form: [(String, String)], as credentials: S3Credentials?, _ role: RoleSettings
    ) async throws(CredentialRequest.Failure) -> [UInt8] {
        let body = Array(SignatureV4.canonicalQuery(form).utf8)
        let request = CredentialRequest(doing: doing(role), http: http, patientAttempts: 6) { response in
            switch code(response) {
            case "IDPCommunicationError": .soon
            case "Throttling": .slower(after: response.retryAfter)
            default: response.retry
            }
        }
        return try await request.load {
            var request = HTTPRequest(.post, endpoint, body: body)
            request.headers.append("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            guard let credentials else { return request }
            let moment = now()
            request.headers.append("x-amz-date", SignatureV4.date(moment))
            if let token = credentials.sessionToken { request.headers.append("x-amz-security-token", token) }
            let parts = SignatureV4.Parts(
                method: "POST", path: endpoint.path,
                headers: [("host", endpoint.hostHeader)] + request.headers.map { ($0.name, $0.value) },
                payloadHash: Hexadecimal.text(of: Array(SHA256.hash(data: body))))
            request.headers.append(
                "authorization",
                SignatureV4(credentials: credentials, region: region, service: "sts")
                    .authorization(for: parts, at: moment))
            return request
        }
    }

    private func read(_ body: [UInt8], _ role: RoleSettings) throws -> S3Credentials {
        guard let credentials = S3Credentials(document: body) else {
            throw BackendError(
                .malformed, "cannot \(doing(role)): \"\(endpoint)\" answers with no credentials",
                advice: "check that \"sts_endpoint\" is a security token service")
        }
        return credentials
    }

    private func doing(_ role: RoleSettings) -> String { "assume role \"\(EscapedName(role.arn))\"" }

    private func failure(_ failure: CredentialRequest.Failure, _ role: RoleSettings, advice: String) -> any Error {
        guard case .answer(let response, _) = failure, !code(response).isEmpty else {
            return CredentialRequest(doing: doing(role), http: http).error(failure, advice: advice)
        }
        return refusal(response, role, advice: advice)
    }

    /// Its code alone: what else the service says may repeat what it was sent.
    private func refusal(_ response: HTTPResponse, _ role: RoleSettings, advice: String) -> BackendError {
        let code = code(response)
        let isBusy = response.status >= 500 || code == "Throttling"
        let remedy: String =
            switch code {
            case "SignatureDoesNotMatch", "InvalidClientTokenId", "InvalidAccessKeyId":
                "check the access key that assumes the role, and its secret"
            case "Throttling": RetryAdvice.slower().adviceForPerson ?? advice
            case _ where isBusy: response.retry.adviceForPerson ?? advice
            case "RegionDisabledException": "set \"region\" to one that is enabled for the account"
            default: advice
            }
        return BackendError(
            isBusy ? .unavailable : .credentials,
            "cannot \(doing(role)): \"\(endpoint)\" refuses (\(response.status) \(code))", advice: remedy,
            retry: isBusy ? .soon : .never)
    }

    private func code(_ response: HTTPResponse) -> String {
        var code = ""
        _ = S3Document(body: response.refusal).read { element in
            if element.path.suffix(2) == ["Error", "Code"] { code = element.text }
        }
        return String(code.filter { $0.asciiValue?.isLetter ?? false }.prefix(60))
    }
}

extension HTTPURL {
    /// The `Host` header of a request to it.
    var hostHeader: String { port == (scheme == "https" ? 443 : 80) ? host : "\(host):\(port)" }
}
