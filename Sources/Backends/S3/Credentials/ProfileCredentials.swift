package import Model

/// What the profile of the shared files leads to: a role, a token, keys, or a program.
///
/// In botocore's order: a role over a source; web identity (of the environment too); keys of the credentials file; a
/// program; keys of the config file.
package struct ProfileCredentials: CredentialProvider {
    private let place: ProfilePlace
    private let environment: [String: String]
    private let token: @Sendable (_ region: String?) throws -> SecurityTokenService
    private let now: @Sendable () -> Timestamp
    /// Whether the environment's web identity comes into question; it does not for a profile that the source names.
    private let usesEnvironment: Bool

    /// - Parameter token: the security token service to ask, given the region of a profile.
    package init(
        _ place: ProfilePlace, environment: [String: String], usesEnvironment: Bool,
        now: @escaping @Sendable () -> Timestamp,
        token: @escaping @Sendable (_ region: String?) throws -> SecurityTokenService
    ) {
        self.place = place
        self.environment = environment
        self.usesEnvironment = usesEnvironment
        self.now = now
        self.token = token
    }

    package func fetch() async throws -> CredentialFinding {
        let profiles = try Profiles.read(place)
        let profile = profiles.profile(place.name)
        guard profile != nil || !place.isNamed else {
            throw BackendError(
                .settings, "there is no \(profiles.shown(place.name))",
                advice: "correct \"aws_profile\" or AWS_PROFILE, or add the profile")
        }
        let search = Search(outer: self, profiles: profiles)
        if let profile, search.isRole(profile) {
            return try await search.role(place.name, profile, visited: [place.name]).fetch()
        }
        return try await search.chain(place.name, usesEnvironment: usesEnvironment).fetch()
    }

    /// One look through the files, as they are now.
    private struct Search {
        let outer: ProfileCredentials
        let profiles: Profiles

        func isRole(_ profile: [String: String]) -> Bool {
            profile["role_arn"] != nil && profile["web_identity_token_file"] == nil
        }

        /// Everything of a profile but a role over a source.
        func chain(_ name: String, usesEnvironment: Bool) throws -> CredentialChain {
            let shown = profiles.shown(name)
            let profile = profiles.profile(name) ?? [:]
            var providers: [any CredentialProvider] = []
            if let identity = try webIdentity(profile, shown: shown, usesEnvironment: usesEnvironment) {
                providers.append(identity)
            }
            providers.append(ProfileKeys(profiles.credentials[name], shown: shown))
            if let command = profile["credential_process"] {
                providers.append(CredentialProcess(command, shown: shown))
            }
            if profiles.config[name]?["aws_access_key_id"] != nil {
                providers.append(ProfileKeys(profiles.config[name], shown: shown))
            }
            if profile["sso_session"] != nil || profile["sso_start_url"] != nil {
                providers.append(SingleSignOn(shown: shown))
            }
            return CredentialChain(providers)
        }

        func webIdentity(
            _ profile: [String: String], shown: String, usesEnvironment: Bool
        ) throws -> WebIdentity? {
            func setting(_ variable: String, _ name: String) -> String? {
                (usesEnvironment ? outer.environment.setting(variable) : nil) ?? profile[name]
            }
            guard let path = setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else { return nil }
            guard let arn = setting("AWS_ROLE_ARN", "role_arn") else {
                throw BackendError(
                    .credentials, "a web identity token is set up, and no role for it (environment, \(shown))",
                    advice: "set AWS_ROLE_ARN, or \"role_arn\" of the profile")
            }
            let role = RoleSettings(arn: arn, sessionName: setting("AWS_ROLE_SESSION_NAME", "role_session_name"))
            return WebIdentity(role, tokenPath: path, service: try outer.token(profile["region"]))
        }

        /// - Parameter visited: the profiles that led here, this one included.
        func role(
            _ name: String, _ profile: [String: String], visited: Set<String>
        ) throws -> AssumedRole {
            let shown = profiles.shown(name)
            guard profile["mfa_serial"] == nil else {
                throw BackendError(
                    .credentials, "\(shown) asks for a one-time code (mfa_serial), which nobody is here to type",
                    advice: "use a role that needs none")
            }
            let role = RoleSettings(
                arn: profile["role_arn"] ?? "", sessionName: profile["role_session_name"],
                externalID: profile["external_id"], duration: profile["duration_seconds"].flatMap { Int($0) })
            let base: any CredentialProvider
            switch (profile["source_profile"], profile["credential_source"]) {
            case (let source?, nil): base = try self.source(source, of: name, visited: visited)
            case (nil, let source?): base = try named(source, shown: shown)
            case (_?, _?), (nil, nil):
                throw BackendError(
                    .credentials,
                    "\(shown) has a role, and needs one of source_profile and credential_source",
                    advice: "add one, or remove one")
            }
            // Its own supply only carries these credentials to where the role is assumed, at once.
            return AssumedRole(
                role, base: CredentialSupply(base, now: outer.now), service: try outer.token(profile["region"]))
        }

        private func source(
            _ source: String, of name: String, visited: Set<String>
        ) throws -> any CredentialProvider {
            guard let profile = profiles.profile(source) else {
                throw BackendError(
                    .credentials,
                    "\(profiles.shown(name)) names the source_profile \"\(EscapedName(source))\", which does not exist",
                    advice: "add that profile, or correct the name")
            }
            let hasKeys = profile["aws_access_key_id"] != nil || profile["aws_secret_access_key"] != nil
            if hasKeys || !isRole(profile) {
                guard !visited.contains(source) || hasKeys && source == name else { throw loop(name) }
                return try chain(source, usesEnvironment: false)
            }
            guard !visited.contains(source) else { throw loop(name) }
            return try role(source, profile, visited: visited.union([source]))
        }

        private func loop(_ name: String) -> BackendError {
            BackendError(
                .credentials, "\(profiles.shown(name)) names a source_profile that leads back to it",
                advice: "let the last profile have keys")
        }

        private func named(_ source: String, shown: String) throws(BackendError) -> any CredentialProvider {
            switch source.lowercased() {
            case "environment": return EnvironmentCredentials(outer.environment)
            case "ecscontainer": return ContainerCredentials(outer.environment)
            case "ec2instancemetadata": return InstanceMetadata(outer.environment)
            default:
                throw BackendError(
                    .credentials, "\(shown) has a credential_source that is unknown",
                    advice: "use Environment, EcsContainer or Ec2InstanceMetadata")
            }
        }
    }
}

/// A profile that needs a person at a browser.
private struct SingleSignOn: CredentialProvider {
    let shown: String

    func fetch() async throws -> CredentialFinding {
        throw BackendError(
            .credentials, "\(shown) signs in at a web page (sso), which is not supported",
            advice: "use a profile with a role or keys, or credential_process with "
                + "`aws configure export-credentials --profile NAME --format process`")
    }
}
