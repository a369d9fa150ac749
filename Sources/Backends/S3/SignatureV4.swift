private import Crypto
package import Model

/// AWS's Signature Version 4 of a request, as the value of its `Authorization` header.
///
/// A pure function of the request, the credentials and the moment. As S3 wants it, a path is signed as it is sent: not
/// normalised, not encoded twice.
/// - Source: AWS General Reference, "Create a signed request"; Amazon S3 API Reference, "Authenticating Requests".
package struct SignatureV4: Sendable {
    package let credentials: S3Credentials
    package let region: String
    package let service: String

    package init(credentials: S3Credentials, region: String, service: String = "s3") {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// What of a request is signed.
    package struct Parts: Sendable {
        package var method: String
        /// Percent-encoded, begins with `/`.
        package var path: String
        /// Not encoded, in any order.
        package var query: [(name: String, value: String)]
        /// All are signed. `host` and `x-amz-date` have to be among them.
        package var headers: [(name: String, value: String)]
        /// SHA-256 of the body in lower-case hexadecimal digits, or `UNSIGNED-PAYLOAD`.
        package var payloadHash: String

        package init(
            method: String, path: String, query: [(name: String, value: String)] = [],
            headers: [(name: String, value: String)], payloadHash: String = SignatureV4.emptyPayloadHash
        ) {
            self.method = method
            self.path = path
            self.query = query
            self.headers = headers
            self.payloadHash = payloadHash
        }
    }

    /// SHA-256 of no bytes at all: what a request without a body is signed with.
    package static let emptyPayloadHash = hex(SHA256.hash(data: [UInt8]()))

    /// The moment as `x-amz-date` has it: `20130524T000000Z`.
    package static func date(_ moment: Timestamp) -> String {
        moment.iso8601InSeconds.filter { $0 != "-" && $0 != ":" }
    }

    /// The query as it is signed, and so has to be sent: encoded, sorted by name and then by value.
    package static func canonicalQuery(_ query: [(name: String, value: String)]) -> String {
        query
            .map { (PercentEncoding.encode($0.name.utf8), PercentEncoding.encode($0.value.utf8)) }
            .sorted { $0 < $1 }
            .map { "\($0)=\($1)" }
            .joined(separator: "&")
    }

    package func authorization(for parts: Parts, at moment: Timestamp) -> String {
        let headers = Self.canonical(parts.headers)
        let names = headers.map(\.name).joined(separator: ";")
        let date = Self.date(moment)
        let scope = "\(date.prefix(8))/\(region)/\(service)/aws4_request"
        let request =
            ([parts.method, parts.path, Self.canonicalQuery(parts.query)]
            + headers.map { "\($0.name):\($0.value)" } + ["", names, parts.payloadHash]).joined(separator: "\n")
        let text = "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n\(Self.hex(SHA256.hash(data: Array(request.utf8))))"

        var key = SymmetricKey(data: Array("AWS4\(credentials.secretKey)".utf8))
        for part in [String(date.prefix(8)), region, service, "aws4_request"] {
            key = SymmetricKey(data: Self.code(part, key))
        }
        return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope), SignedHeaders=\(names), "
            + "Signature=\(Self.hex(Self.code(text, key)))"
    }

    /// Lower-case names in order, each once; values trimmed, inner runs of spaces made one, several joined by commas.
    private static func canonical(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
        var values: [String: [String]] = [:]
        for header in headers {
            let value = header.value.split(whereSeparator: { $0 == " " || $0 == "\n" }).joined(separator: " ")
            values[header.name.lowercased(), default: []].append(value)
        }
        return values.map { ($0.key, $0.value.joined(separator: ",")) }.sorted {
            $0.0.utf8.lexicographicallyPrecedes($1.0.utf8)
        }
    }

    private static func code(_ text: String, _ key: SymmetricKey) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
