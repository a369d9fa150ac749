internal import Model

/// What one bucket is asked, wherever it turns out to be.
struct S3Question: Sendable {
    var method = HTTPRequest.Method.get
    /// Empty for the bucket itself.
    var key = ""
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    /// Whether somebody may have to pay for it.
    var isAboutContent = true
    var isOnNewConnection = false

    /// The page of the listing that `token`, from the page before, names; nil for the first.
    /// - Source: S3 ListObjectsV2. Keys come percent-encoded, for XML cannot hold every character of a key.
    static func page(_ token: String?, of folder: String) -> S3Question {
        var query = [("encoding-type", "url"), ("list-type", "2"), ("max-keys", "\(S3Page.longest)")]
        if !folder.isEmpty { query.append(("prefix", folder)) }
        if let token { query.append(("continuation-token", token)) }
        return S3Question(query: query)
    }

    /// An object from byte `offset` on, provided it still is the one that was listed.
    ///
    /// - Parameter entityTag: nil to ask for whatever is there.
    /// - Source: S3 GetObject.
    static func object(_ key: String, entityTag: String?, from offset: Int64 = 0) -> S3Question {
        var headers = entityTag.map { [("if-match", "\"\($0)\"")] } ?? []
        headers.append(S3Checksum.question)
        if offset > 0 { headers.append(("range", "bytes=\(offset)-")) }
        return S3Question(key: key, headers: headers)
    }

    /// The keys of a session with a directory bucket.
    /// - Source: S3 CreateSession.
    static let session = S3Question(query: [("session", "")], isAboutContent: false)

    /// Whether the bucket is there: its answer names the bucket's region, even when it refuses.
    /// - Source: S3 HeadBucket.
    static let head = S3Question(method: .head)
}

/// What every request for a bucket's content has to say besides, and what its answers are known to mean.
package struct S3Extras: Sendable {
    /// Whoever asks pays for it.
    package var requestPayer = false
    /// What objects were encrypted with by whoever stored them.
    package var customerKey: S3CustomerKey?
    /// Whether an ETag that looks like an MD5 is that of the content.
    package var entityTagIsMD5 = true

    package init() {}

    func headers(for question: S3Question) -> [(name: String, value: String)] {
        let payer = requestPayer && question.isAboutContent ? [("x-amz-request-payer", "requester")] : []
        return payer + (question.key.isEmpty ? [] : customerKey?.headers ?? [])
    }
}
