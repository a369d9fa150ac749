internal import Model

/// An answer of S3's that is no success, with what its error document says.
struct S3Refusal: Sendable {
    let status: Int
    /// S3's name of the error, such as `NoSuchBucket`; empty when the answer has no error document.
    let code: String
    /// The region in which the bucket really is, if the server tells.
    let region: String?
    /// Where the server redirects to, if it does.
    let target: HTTPURL?
    /// The server's clock as it wrote it, if it did.
    let date: String?
    let advice: RetryAdvice

    /// - Source: Amazon S3 API Reference, "Error responses".
    init(_ response: HTTPResponse) {
        var fields: [String: String] = [:]
        _ = S3Document(body: response.refusal).read { element in
            if element.path.count == 2, element.path[0] == "Error" { fields[element.path[1]] = element.text }
        }
        status = response.status
        code = fields["Code"].map { $0.filter { $0.asciiValue?.isLetter ?? false } } ?? ""
        region = Self.name(response.headers["x-amz-bucket-region"] ?? fields["Region"])
        date = Self.name(response.headers["date"])
        target = response.headers["location"].flatMap { try? response.url.resolving($0) }
        advice = Self.advice(code, response)
    }

    /// - Source: Amazon S3 API Reference, "List of error codes"; the codes of throttling that AWS's SDKs know.
    private static func advice(_ code: String, _ response: HTTPResponse) -> RetryAdvice {
        switch code {
        case "SlowDown", "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
            "RequestLimitExceeded", "BandwidthLimitExceeded", "TooManyRequests", "TooManyRequestsException":
            .slower(after: response.retryAfter)
        case "InternalError", "RequestTimeout", "OperationAborted": .later(after: response.retryAfter)
        default: response.retry
        }
    }

    /// Nil for what could garble a terminal, or is too long to be what it should be.
    private static func name(_ text: String?) -> String? {
        text.flatMap { $0.utf8.count <= 64 && $0.utf8.allSatisfy { (0x20..<0x7F).contains($0) } ? $0 : nil }
    }

    /// `403 AccessDenied`, or the bare number.
    var shown: String { code.isEmpty ? "\(status)" : "\(status) \(code.prefix(60))" }

    /// Whether the bucket is to be asked at another place, or for another region.
    var isAboutPlace: Bool {
        switch code {
        case "PermanentRedirect", "TemporaryRedirect", "Redirect", "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException":
            true
        default: (300..<400).contains(status) && status != 304
        }
    }

    /// Whether newer credentials may be welcome.
    var wantsNewCredentials: Bool {
        ["ExpiredToken", "InvalidToken", "TokenRefreshRequired", "InvalidAccessKeyId"].contains(code)
    }

    /// Whether the refusal is about the one object that was asked for, rather than about all of them.
    var isAboutObject: Bool {
        switch code {
        case "SignatureDoesNotMatch", "InvalidAccessKeyId", "RequestTimeTooSkewed", "ExpiredToken", "InvalidToken",
            "TokenRefreshRequired", "NoSuchBucket", "SlowDown", "PermanentRedirect", "AuthorizationHeaderMalformed":
            false
        // One that passes may be about the server, whichever object it was asked for.
        default: advice == .never && [400, 403, 404, 405, 409, 410, 412, 416].contains(status)
        }
    }

    /// Whether it may be about how the object is encrypted: a GET has little else that a server could find wrong.
    var isAboutEncryption: Bool { status == 400 && ["InvalidRequest", "InvalidArgument"].contains(code) }

    private var encryptionHint: String {
        isAboutEncryption
            ? ": if it is encrypted with a key of your own, \"sse_customer_key\" has to be that key" : ""
    }

    /// Why one object cannot be had.
    ///
    /// - Parameter general: what it means if no object can be had.
    func problem(at path: RelativePath, general: BackendError? = nil) -> FileProblem {
        switch status {
        case _ where isAboutPlace:
            FileProblem(
                path: path, kind: .unreadable,
                reason: "the server sends it elsewhere, where it is not asked for (\(shown)): have the redirect mended",
                general: general)
        case 404, 410: FileProblem(path: path, kind: .vanished, reason: "it was removed since it was listed")
        case 412: FileProblem(path: path, kind: .vanished, reason: "it changed since it was listed")
        default:
            FileProblem(
                path: path, kind: .unreadable, reason: "the server refuses to send it (\(shown))\(encryptionHint)",
                general: general)
        }
    }
}
