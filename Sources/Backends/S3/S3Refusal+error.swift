internal import Model

extension S3Refusal {
    /// What the refusal means for the bucket as a whole, and what to do about it.
    func error(_ act: String, _ location: S3Location, looked: [String]?) -> BackendError {
        let (cause, clause, advice) = meaning(location, looked: looked)
        return BackendError(
            cause, "cannot \(act) bucket \(location.shown): \(clause) (\(shown))", advice: advice,
            retry: cause == .unavailable ? .soon : .never)
    }

    private func meaning(
        _ location: S3Location, looked: [String]?
    ) -> (cause: BackendError.Cause, clause: String, advice: String?) {
        switch code {
        case "SignatureDoesNotMatch":
            return (.credentials, "the server refuses the signature", "check \"aws_secret_access_key\"")
        case "InvalidAccessKeyId":
            return (.credentials, "the server does not know the access key", "check \"aws_access_key_id\"")
        case "RequestTimeTooSkewed":
            let theirs = date.map { ", the server's says \($0)" } ?? ""
            return (.credentials, "this machine's clock is wrong\(theirs)", "set the clock, then sync again")
        case "ExpiredToken", "InvalidToken", "TokenRefreshRequired":
            return (
                .credentials, "the session token is not valid any more",
                "get new temporary credentials, where these come from or as all three settings"
            )
        case "NoSuchBucket":
            return (.notFound, "there is no such bucket", "check the bucket's name, and the endpoint it is asked at")
        case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException":
            return elsewhere(location)
        default: break
        }
        switch status {
        case 300..<400: return elsewhere(location)
        case 401, 403:
            guard let looked else {
                return (.credentials, "the access key may not do that", "grant it s3:ListBucket and s3:GetObject")
            }
            let places = looked.isEmpty ? "" : ", and no credentials were found: \(looked.joined(separator: "; "))"
            return (
                .credentials, "it is not public\(places)",
                "set \"aws_access_key_id\" and \"aws_secret_access_key\""
                    + (looked.isEmpty ? "" : ", or provide credentials in one of these places")
            )
        case 404: return (.notFound, "the server does not have it", "check endpoint, bucket and addressing in the URL")
        case 408, 429, 500...: return (.unavailable, "the server is not able to answer", "try again later")
        default: return (.malformed, "the server does not accept the request", "check that the endpoint speaks S3")
        }
    }

    private func elsewhere(_ location: S3Location) -> (cause: BackendError.Cause, clause: String, advice: String?) {
        if let region, region != location.region {
            return (
                .settings, "it is in region \"\(region)\", not in \"\(location.region)\"",
                "set the parameter \"region\" to \"\(region)\" and use that region's endpoint"
            )
        }
        return (
            .settings, "it is served elsewhere, and not in region \"\(location.region)\"",
            "set the parameter \"region\" and the endpoint to the bucket's own"
        )
    }
}
