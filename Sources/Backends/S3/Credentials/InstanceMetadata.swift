internal import Model

/// The keys of the role that an EC2 instance has, from its metadata service, version 2.
///
/// Where the service does not answer, or knows no role, there are none: most machines are no EC2 instances.
/// - Source: Amazon EC2 User Guide, "Use the Instance Metadata Service to access instance metadata".
package struct InstanceMetadata: CredentialProvider {
    private let environment: [String: String]

    package init(_ environment: [String: String]) { self.environment = environment }

    private static let roles = "/latest/meta-data/iam/security-credentials/"

    package func fetch() async throws -> CredentialFinding {
        guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else {
            return .absent("instance metadata is off (AWS_EC2_METADATA_DISABLED)")
        }
        let endpoint = try endpoint()
        do throws(CredentialRequest.Failure) {
            let token = try await text(HTTPRequest(.put, at(endpoint, "/latest/api/token"), headers: Self.asksToken))
            let named = try await text(HTTPRequest(.get, at(endpoint, Self.roles), headers: Self.shows(token)))
            guard let role = named.split(whereSeparator: \.isNewline).first, !role.contains("/") else {
                return .absent("instance metadata knows no role")
            }
            let path = Self.roles + PercentEncoding.encode(role.utf8)
            let body = try await load(HTTPRequest(.get, at(endpoint, path), headers: Self.shows(token)))
            let document = CredentialDocument(body)
            guard document?.text("Code") ?? "Success" == "Success",
                let credentials = document?.credentials(token: "Token")
            else { return .absent("instance metadata has no credentials for role \"\(EscapedName(String(role)))\"") }
            return .found(credentials, place: "role \"\(EscapedName(String(role)))\" of this instance")
        } catch {
            switch error {
            case .transfer(let error) where error.kind == .cancelled: throw CancellationError()
            case .transfer: return .absent("instance metadata does not answer at \(endpoint)")
            case .answer(let response, _) where response.status == 404:
                return .absent("instance metadata knows no role")
            case .answer(let response, _): return .absent("instance metadata answers \(response.status)")
            }
        }
    }

    private static let asksToken: HTTPHeaders = ["x-aws-ec2-metadata-token-ttl-seconds": "21600"]

    private static func shows(_ token: String) -> HTTPHeaders { ["x-aws-ec2-metadata-token": token] }

    private func text(_ request: HTTPRequest) async throws(CredentialRequest.Failure) -> String {
        String(decoding: try await load(request), as: UTF8.self)
    }

    /// A machine on which nobody answers is no EC2 instance, most likely, and is not asked often; a service that answers
    /// with a fault of its own is there.
    private func load(_ request: HTTPRequest) async throws(CredentialRequest.Failure) -> [UInt8] {
        let seconds = environment.setting("AWS_METADATA_SERVICE_TIMEOUT").flatMap { Int($0) } ?? 1
        let wanted = environment.setting("AWS_METADATA_SERVICE_NUM_ATTEMPTS").flatMap { Int($0) } ?? 1
        let attempts = min(max(1, wanted), 10)
        return try await CredentialRequest(
            doing: "get credentials from instance metadata",
            http: .metadata(timeout: .seconds(min(max(1, seconds), 60))), attempts: attempts,
            patientAttempts: max(attempts, 3)
        ).load { request }
    }

    private func endpoint() throws(BackendError) -> HTTPURL {
        let usesIPv6 = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() == "ipv6"
        let usual = usesIPv6 ? "http://[fd00:ec2::254]/" : "http://169.254.169.254/"
        do throws(HTTPError) {
            return try HTTPURL.parse(environment.setting("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? usual).url
        } catch {
            throw BackendError(
                .settings,
                "cannot get credentials from instance metadata: AWS_EC2_METADATA_SERVICE_ENDPOINT holds no address",
                advice: "correct it, or remove it")
        }
    }

    private func at(_ endpoint: HTTPURL, _ path: String) -> HTTPURL {
        var url = endpoint
        url.dropTrailingSlashes()
        url.path = (url.path == "/" ? "" : url.path) + path
        return url
    }
}
