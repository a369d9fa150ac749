internal import Model

extension S3Refusal {
    /// What the refusal means for the bucket as a whole, and what to do about it.
    ///
    /// - Parameter asker: whom it was asked as.
    func error(_ act: String, _ location: S3Location, _ asker: CredentialFinding) -> BackendError {
        let (cause, clause, advice) = meaning(location, asker)
        return BackendError(
            cause, "cannot \(act) bucket \(location.shown): \(clause) (\(shown))", advice: advice,
            retry: cause == .unavailable ? .soon : .never)
    }

    /// What it means when every object is refused in this way; nil for what can only be about one object.
    ///
    /// - Parameter hasKey: whether they were asked for with a key of the customer's own.
    func generalError(_ location: S3Location, _ asker: CredentialFinding, hasKey: Bool) -> BackendError? {
        let act = "read any object of"
        let name = "\"sse_customer_key\""
        if isAboutEncryption || hasKey && code == "AccessDenied" {
            return BackendError(
                .credentials,
                "cannot \(act) bucket \(location.shown): the server refuses to send them (\(shown)), as it does when they "
                    + "are encrypted with \(hasKey ? "another key than \(name)" : "a key of the customer's own (SSE-C)")",
                advice: "set \(name) to the key that they are encrypted with")
        }
        // Where one object is sent elsewhere, and others are not, it is that one which is lost.
        if isAboutPlace { return error(act, location, asker) }
        return code == "AccessDenied" || code.isEmpty && [401, 403].contains(status)
            ? error(act, location, asker) : nil
    }

    private typealias Meaning = (cause: BackendError.Cause, clause: String, advice: String?)

    private func meaning(_ location: S3Location, _ asker: CredentialFinding) -> Meaning {
        switch code {
        case "SignatureDoesNotMatch", "InvalidAccessKeyId", "ExpiredToken", "InvalidToken", "TokenRefreshRequired":
            return badCredentials(asker)
        case "RequestTimeTooSkewed":
            let theirs = date.map { ", the server's says \($0)" } ?? ""
            return (.credentials, "this machine's clock is wrong\(theirs)", "set the clock, then sync again")
        case "NoSuchBucket":
            return (.notFound, "there is no such bucket", "check the bucket's name, and the endpoint it is asked at")
        default: break
        }
        if isAboutPlace { return elsewhere(location) }
        if let busy = advice.adviceForPerson { return (.unavailable, "the server is not able to answer", busy) }
        switch status {
        case 401, 403: return forbidden(asker)
        case 404: return (.notFound, "the server does not have it", "check endpoint, bucket and addressing in the URL")
        case 500...:
            return (
                .unavailable, "the server has a fault, or cannot do that",
                "try again later; if it stays so, ask its operator"
            )
        case 304:
            return (
                .malformed, "it answers that nothing has changed, which it was not asked",
                "see whether a cache answers in the server's place"
            )
        default:
            return (
                .malformed, "the server does not accept the request",
                "check that the endpoint speaks S3, and the source's settings"
            )
        }
    }

    private func badCredentials(_ asker: CredentialFinding) -> Meaning {
        var place: String?
        if case .found(_, let known?) = asker { place = known }
        let whose = place.map { " of \($0)" } ?? ""
        switch code {
        case "SignatureDoesNotMatch":
            return (
                .credentials, "the server refuses the signature by the secret key\(whose)",
                place == nil ? "check \"aws_secret_access_key\"" : "check the secret key there"
            )
        case "InvalidAccessKeyId":
            return (
                .credentials, "the server does not know the access key\(whose)",
                place == nil ? "check \"aws_access_key_id\"" : "check the access key there"
            )
        default:
            return (
                .credentials, "the session token\(whose) is not valid any more",
                place == nil
                    ? "get new temporary credentials and set all three" : "get new temporary credentials there"
            )
        }
    }

    private func forbidden(_ asker: CredentialFinding) -> Meaning {
        switch asker {
        case .found(_, let place):
            let who = place.map { "the credentials of \($0)" } ?? "the access key"
            return (
                .credentials, "\(who) may not do that",
                "grant s3:ListBucket and s3:GetObject; if the bucket's readers pay, set \"request_payer\" to true"
            )
        case .absent(let clauses):
            let places = clauses.isEmpty ? "" : ", and no credentials were found: \(clauses.joined(separator: "; "))"
            return (
                .credentials, "it is not public\(places)",
                "set \"aws_access_key_id\" and \"aws_secret_access_key\""
                    + (clauses.isEmpty ? "" : ", or provide credentials in one of these places")
            )
        }
    }

    private func elsewhere(_ location: S3Location) -> Meaning {
        if let region, region != location.region {
            return (
                .settings, "it is in region \"\(region)\", not in \"\(location.region)\"",
                "set the parameter \"region\" to \"\(region)\" and use that region's endpoint"
            )
        }
        if let target, !location.isOnAWS { return redirected(to: target, location) }
        return (
            .settings, "it is served elsewhere, and not in region \"\(location.region)\"",
            "set the parameter \"region\" and the endpoint to the bucket's own"
        )
    }

    /// A redirect that leads to no bucket of the same server: to https, a page to log in at, or round in a circle.
    private func redirected(to target: HTTPURL, _ location: S3Location) -> Meaning {
        let isHTTPSOnly = location.scheme == "http" && target.scheme == "https" && target.host == location.host
        return (
            .settings, "it redirects to \"\(EscapedName(String(target.description.prefix(200))))\"",
            isHTTPSOnly
                ? "write https:// in the URL"
                : "check that the endpoint speaks S3, and that nothing answers in its place"
        )
    }
}
