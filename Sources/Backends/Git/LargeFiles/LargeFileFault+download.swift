internal import Model

/// What a download that failed for good costs: its own file, whatever the reason.
///
/// Objects may each lie somewhere else, so one that cannot be had says nothing about the next.
extension LargeFileFault {
    /// An answer without the content.
    init(refusal response: HTTPResponse) {
        self.init(clause: "\"\(response.url)\" answered \(response.status) for it", isLasting: false)
        guard response.retry != .never else { return }
        general = GitFailure(unexpected: response.atOrigin, doing: Self.doing).error
    }

    /// The fault for a transfer that brought no answer; another error when it is this machine or the settings that no
    /// object can be had with.
    static func error(for error: HTTPError) -> any Error {
        let whole = GitFailure(error.atOrigin, doing: doing)
        if [.settings, .local].contains(whole.error.cause) { return GitFailure(error, doing: doing) }
        return LargeFileFault(
            clause: "it cannot be fetched: \(error)", isLasting: false, general: whole.error)
    }

    private static let doing = "fetch large files"
}

extension HTTPError {
    /// The same of the server as a whole, in words that do not differ from one object to the next.
    fileprivate var atOrigin: HTTPError {
        guard let url = try? HTTPURL.parse(url).url else { return self }
        var error = HTTPError(kind, at: url.root, cause: cause)
        error.trace = trace
        return error
    }
}

extension HTTPResponse {
    fileprivate var atOrigin: HTTPResponse {
        HTTPResponse(status: status, headers: headers, url: url.root)
    }
}

extension HTTPURL {
    fileprivate var root: HTTPURL { HTTPURL(scheme: scheme, host: host, port: port) }
}
