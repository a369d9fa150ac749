internal import Model

/// What the agent of a container hands out, at the address that the environment names.
///
/// - Source: AWS SDKs and Tools Reference Guide, "Container credential provider".
package struct ContainerCredentials: CredentialProvider {
    private let environment: [String: String]

    package init(_ environment: [String: String]) { self.environment = environment }

    private static let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    private static let usual = "169.254.170.2"

    package func fetch() async throws -> CredentialFinding {
        guard let url = try address() else {
            return .absent("no \(Self.full) or \(Self.relative) in the environment")
        }
        let authorization = try authorization()
        let request = CredentialRequest(
            doing: "get credentials from the container's agent", http: .metadata())
        do {
            let body = try await request.load {
                var request = HTTPRequest(.get, url, headers: ["accept": "application/json"])
                if let authorization { request.headers.append("authorization", authorization) }
                return request
            }
            guard let credentials = CredentialDocument(body)?.credentials(token: "Token") else {
                throw BackendError(
                    .malformed, "cannot \(request.doing): \"\(url)\" answers with no credentials",
                    advice: "check \(Self.full)")
            }
            return .found(credentials, place: "the container's agent")
        } catch let error as CredentialRequest.Failure {
            throw request.error(error, advice: "check that the container may use a role")
        }
    }

    /// - Throws: for an address that could belong to anybody: whoever answers there would see the token.
    private func address() throws(BackendError) -> HTTPURL? {
        if let path = environment.setting(Self.relative) {
            return try parse("http://\(Self.usual)\(path.hasPrefix("/") ? "" : "/")\(path)", Self.relative)
        }
        guard let text = environment.setting(Self.full) else { return nil }
        let url = try parse(text, Self.full)
        guard url.scheme == "https" || Self.isTrusted(url.host) else {
            throw BackendError(
                .settings,
                "cannot get credentials from the container's agent: \(Self.full) names \"\(url.host)\" over http",
                advice: "use https, or an address of this machine, \(Self.usual), 169.254.170.23 or [fd00:ec2::23]")
        }
        return url
    }

    private func parse(_ text: String, _ variable: String) throws(BackendError) -> HTTPURL {
        do throws(HTTPError) {
            return try HTTPURL.parse(text).url
        } catch {
            throw BackendError(
                .settings, "cannot get credentials from the container's agent: \(variable) holds no address",
                advice: "correct it, or remove it")
        }
    }

    private static func isTrusted(_ host: String) -> Bool {
        if [usual, "169.254.170.23", "[fd00:ec2::23]", "localhost", "[::1]"].contains(host) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return parts.count == 4 && parts[0] == 127 && !parts.contains(nil)
    }

    private func authorization() throws(BackendError) -> String? {
        let token: String
        if let path = environment.setting("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            guard let text = SmallFile.text(path) else {
                throw BackendError(
                    .credentials,
                    "cannot get credentials from the container's agent: no token can be read from \(path)",
                    advice: "check AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
            }
            token = text
        } else if let text = environment.setting("AWS_CONTAINER_AUTHORIZATION_TOKEN") {
            token = text
        } else {
            return nil
        }
        guard !token.utf8.contains(where: { $0 == 10 || $0 == 13 }) else {
            throw BackendError(
                .credentials, "cannot get credentials from the container's agent: its token holds a line break",
                advice: "write it without one")
        }
        return token
    }
}

extension HTTPSettings {
    /// For services of the machine itself: near, quick, and never behind a proxy.
    static func metadata(timeout: Duration = .seconds(2)) -> HTTPSettings {
        var settings = HTTPSettings()
        settings.proxy = .none
        settings.connectTimeout = timeout
        settings.totalTimeout = timeout
        return settings
    }
}
