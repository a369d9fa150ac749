internal import Model

/// Makes the requests that one bucket is asked with, signed for the moment when they are made.
struct S3Requests: Sendable {
    let location: S3Location
    /// Nil asks as nobody, without a signature.
    let credentials: S3Credentials?
    let now: @Sendable () -> Timestamp

    /// Asks for the page of the listing that `token`, from the page before, names; nil for the first.
    /// - Source: S3 ListObjectsV2. Keys come percent-encoded, for XML cannot hold every character of a key.
    func page(_ token: String?) -> HTTPRequest {
        var query = [("encoding-type", "url"), ("list-type", "2"), ("max-keys", "\(S3Page.longest)")]
        if !location.folder.isEmpty { query.append(("prefix", location.folder)) }
        if let token { query.append(("continuation-token", token)) }
        return request(path: location.path(of: ""), query: query)
    }

    /// Asks for an object from byte `offset` on, provided it still is the one that was listed.
    ///
    /// - Parameter entityTag: nil to ask for whatever is there.
    /// - Source: S3 GetObject.
    func object(_ key: String, entityTag: String?, from offset: Int64 = 0) -> HTTPRequest {
        var headers = entityTag.map { [("if-match", "\"\($0)\"")] } ?? []
        if offset > 0 { headers.append(("range", "bytes=\(offset)-")) }
        return request(path: location.path(of: key), headers: headers)
    }

    private func request(
        path: String, query: [(String, String)] = [], headers: [(String, String)] = []
    ) -> HTTPRequest {
        let canonicalQuery = SignatureV4.canonicalQuery(query)
        let url = HTTPURL(
            scheme: location.scheme, host: location.host, port: location.port, path: path,
            query: query.isEmpty ? nil : canonicalQuery)
        var request = HTTPRequest(.get, url)
        for (name, value) in headers { request.headers.append(name, value) }
        guard let credentials else { return request }

        let moment = now()
        request.headers.append("x-amz-content-sha256", SignatureV4.emptyPayloadHash)
        request.headers.append("x-amz-date", SignatureV4.date(moment))
        if let token = credentials.sessionToken { request.headers.append("x-amz-security-token", token) }
        let signed = [("host", location.hostHeader)] + request.headers.map { ($0.name, $0.value) }
        let signature = SignatureV4(credentials: credentials, region: location.region)
        request.headers.append(
            "authorization",
            signature.authorization(
                for: SignatureV4.Parts(method: "GET", path: path, query: query, headers: signed), at: moment))
        return request
    }
}
