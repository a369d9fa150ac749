private import Crypto
package import Model

/// What decides which credentials a data source asks with.
package struct CredentialSettings: Sendable {
    private let parameters: [String: String]
    private let environment: [String: String]
    private let region: String?
    private let http: HTTPSettings
    private let stsEndpoint: HTTPURL?
    private let role: RoleSettings?

    static let declared = [
        SettingDeclaration(
            "aws_access_key_id",
            help: "Access key; without one, credentials are looked for where AWS's tools look for them."),
        SettingDeclaration("aws_secret_access_key", help: "Secret of the access key.", isSecret: true),
        SettingDeclaration("aws_session_token", help: "Session token of temporary credentials.", isSecret: true),
        SettingDeclaration(
            "aws_profile", help: "Profile of AWS's shared files; AWS_PROFILE or \"default\" if not set."),
        SettingDeclaration("role_arn", help: "Role to assume with the credentials that were found."),
        SettingDeclaration("role_external_id", help: "External ID that the role asks for."),
        SettingDeclaration(
            "role_session_name", help: "What the role's session is called in the logs.",
            defaultValue: RoleSettings.defaultSessionName),
        SettingDeclaration(
            "sts_endpoint", kind: .address,
            help: "Security token service, such as https://sts.example.com; AWS's of the region if not set."),
        SettingDeclaration(
            "anonymous", kind: .flag, help: "Ask without credentials, and look for none.", defaultValue: "false"),
    ]

    /// - Parameter region: of the bucket, as far as it is known.
    /// - Throws: ``BackendError``, `.settings`, for settings that do not fit each other.
    package init(_ configuration: BackendConfiguration, region: String?, http: HTTPSettings) throws(BackendError) {
        let parameters = configuration.parameters
        self.parameters = parameters
        stsEndpoint = try Self.endpoint(configuration)
        environment = configuration.environment
        self.region = region
        self.http = http
        let keys = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"].map { parameters[$0] }
        guard keys.allSatisfy({ $0 == nil }) || keys[0] != nil && keys[1] != nil else {
            throw BackendError(
                .settings, "the credentials of the bucket are not complete",
                advice: "set both \"aws_access_key_id\" and \"aws_secret_access_key\", or none of the three")
        }
        let others = ["aws_access_key_id", "aws_profile", "role_arn"].filter { parameters[$0] != nil }
        guard configuration.flag("anonymous") != true || others.isEmpty else {
            throw BackendError(
                .settings, "the bucket is to be asked without credentials, and \"\(others[0])\" is set",
                advice: "remove \"anonymous\", or \"\(others[0])\"")
        }
        guard keys[0] == nil || parameters["aws_profile"] == nil else {
            throw BackendError(
                .settings, "the bucket has both \"aws_access_key_id\" and \"aws_profile\"", advice: "remove one of them"
            )
        }
        role = try RoleSettings(configuration)
        let without = ["role_external_id", "role_session_name"].first { parameters[$0] != nil }
        if let without, parameters["role_arn"] == nil {
            throw BackendError(
                .settings, "\"\(without)\" is set, and no role", advice: "set \"role_arn\", or remove \"\(without)\"")
        }
    }

    /// Where credentials come from; nil to ask as nobody.
    ///
    /// - Parameter cache: shares what is found with every data source that is set up alike.
    package func supply(
        in cache: CredentialCache = .shared, now: @escaping @Sendable () -> Timestamp = SystemTime.now
    ) -> CredentialSupply? {
        if parameters["anonymous"] == "true" { return nil }
        return cache.supply(for: identity) {
            let base = CredentialSupply(self.base(now), now: now)
            guard let role else { return base }
            return CredentialSupply(AssumedRole(role, base: base, service: service(nil, now)), now: now)
        }
    }

    /// The region of the profile; reads the shared files. Nil when there is none, or they cannot be read: whoever needs
    /// what else is in them says so.
    package func profileRegion() -> String? {
        let place = ProfilePlace(environment, name: parameters["aws_profile"])
        return (try? Profiles.read(place))?.profile(place.name)?["region"]
    }

    /// The order of AWS's tools; a profile that the source itself names goes before the environment's keys.
    private func base(_ now: @escaping @Sendable () -> Timestamp) -> any CredentialProvider {
        if let accessKey = parameters["aws_access_key_id"], let secretKey = parameters["aws_secret_access_key"] {
            return FixedCredentials(
                S3Credentials(
                    accessKey: accessKey, secretKey: secretKey, sessionToken: parameters["aws_session_token"]))
        }
        let named = parameters["aws_profile"]
        let profile = ProfileCredentials(
            ProfilePlace(environment, name: named), environment: environment, usesEnvironment: named == nil, now: now
        ) { service($0, now) }
        let first: [any CredentialProvider] = named == nil ? [EnvironmentCredentials(environment)] : []
        return CredentialChain(
            first + [profile, ContainerCredentials(environment), InstanceMetadata(environment)])
    }

    private func service(
        _ profileRegion: String?, _ now: @escaping @Sendable () -> Timestamp
    ) -> SecurityTokenService {
        let region = region ?? profileRegion ?? S3Location.defaultRegion
        return SecurityTokenService(
            endpoint: stsEndpoint ?? SecurityTokenService.endpoint(in: region), region: region, http: http, now: now)
    }

    private static func endpoint(_ configuration: BackendConfiguration) throws(BackendError) -> HTTPURL? {
        let (name, text) =
            configuration["sts_endpoint"].map { ("\"sts_endpoint\"", $0) }
            ?? ("AWS_ENDPOINT_URL_STS", configuration.environment.setting("AWS_ENDPOINT_URL_STS") ?? "")
        if text.isEmpty { return nil }
        guard let parsed = try? HTTPURL.parse(text), parsed.userInfo == nil, parsed.url.query == nil else {
            // Which rule of addresses it breaks says no more than how one looks.
            throw BackendError(.settings, "\(name) is no address", advice: "write https://host or https://host:port")
        }
        return parsed.url
    }

    /// Everything but what has nothing to do with who asks.
    private var identity: [UInt8] {
        let others: Set<String> = [
            "endpoint", "addressing", "parallel", "size_limit", "sse_customer_key", "request_payer", "anonymous",
            "include", "use_sluiceignore", "etag_is_md5",
        ]
        let variables = environment.filter { name, _ in
            name.hasPrefix("AWS_") || name == "HOME" || name.lowercased().hasSuffix("_proxy")
        }
        let whole: JSONValue = [
            "parameters": .object(parameters.filter { !others.contains($0.key) }.mapValues { .string($0) }),
            "environment": .object(variables.mapValues { .string($0) }), "region": .text(region),
        ]
        return Array(SHA256.hash(data: Array(whole.canonical.utf8)))
    }
}

extension CredentialSettings: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<credential settings>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
